"""Unknown addresses, wrong methods, oversized and malformed bodies get a page, never a traceback."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    return Client(raise_request_exception=False)


def is_page(response) -> bool:
    text = response.content.decode()
    return "<h1>" in text and "Traceback" not in text and "</html>" in text


@pytest.mark.parametrize(
    "address",
    [
        "/en/nowhere/",
        "/cy/nowhere/",
        "/nowhere",
        "/en/area/%F0%9F%92%A9/",
        "/en/" + "x" * 4000 + "/",
        "/en/../../etc/passwd",
    ],
)
def test_an_unknown_address_gets_a_page(browser, address):
    response = browser.get(address, follow=True)

    assert response.status_code == 404
    assert is_page(response)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_wrong_method_gets_a_page(browser, method):
    response = getattr(browser, method)("/en/")

    assert response.status_code == 405
    assert is_page(response)
    assert "GET" in response.headers["Allow"]


def test_too_much_gets_a_page(browser, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    response = browser.post("/en/area/", "postcode=" + "x" * 2000, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 413
    assert is_page(response)


def test_too_many_fields_get_a_page(browser, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3

    response = browser.post("/en/area/", {f"field{number}": "1" for number in range(5)})

    assert response.status_code == 413
    assert is_page(response)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="postcode"\r\n\r\nhalf'),
        ("multipart/form-data; boundary=\xff", b"--x--"),
        ("application/x-www-form-urlencoded; charset=utf-99", b"postcode=x"),
        ("application/json", b"{"),
        ("", b"\xff\xfe\x00"),
    ],
)
def test_a_malformed_body_gets_a_page(browser, content_type, body):
    response = browser.generic("POST", "/en/area/", body, content_type=content_type)

    assert response.status_code in {400, 422}
    assert is_page(response)


@pytest.mark.parametrize("address", ["/en/?q=%00", "/en/%00/", "/en/area/?postcode=a%00b"])
def test_a_nul_in_the_address_gets_a_page(browser, address):
    response = browser.get(address)

    assert response.status_code in {400, 404}
    assert is_page(response)


def test_a_nul_in_a_form_gets_a_page(browser):
    response = browser.post("/en/area/", {"postcode": "ZZ1\x00 1AA"})

    assert response.status_code == 400
    assert is_page(response)


def test_a_nul_in_a_cookie_is_ignored(browser):
    response = browser.get("/en/", headers={"cookie": 'sessionid="abcdefgh\\000ijkl"; csrftoken="\\000"'})

    assert response.status_code == 200


def test_a_strange_host_gets_a_refusal(browser):
    response = browser.get("/en/", headers={"host": "elsewhere.example"})

    assert response.status_code == 400
    assert "Traceback" not in response.content.decode()


def test_a_form_without_its_token_gets_a_page():
    response = Client(enforce_csrf_checks=True).post("/en/area/", {"postcode": "ZZ1 1AA"})

    assert response.status_code == 403
    assert is_page(response)


def test_what_breaks_gets_a_page_without_a_traceback(browser, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("renewal.kernel.health.database_problem", broken)

    response = browser.get("/health/")

    assert response.status_code == 500
    assert is_page(response)
    assert "secret detail" not in response.content.decode()
