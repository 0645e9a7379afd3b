// Saves a long form a moment after the last change. Without script the buttons do the same.
(function () {
  var form = document.querySelector("form[data-autosave]");
  if (!form || !window.fetch || !window.FormData) return;
  var timer = null, busy = false;
  function save() {
    if (busy) { timer = setTimeout(save, 2000); return; }
    var data = new FormData(form);
    data.set("save", "auto");
    busy = true;
    fetch(form.action || location.href, { method: "POST", body: data, credentials: "same-origin" }).then(function (answer) {
      var revision = answer.headers.get("X-Revision");
      if (answer.status === 204 && revision) form.elements.revision.value = revision;
    }).catch(function () {}).then(function () { busy = false; });
  }
  form.addEventListener("input", function (event) {
    if (event.target.type === "file") return;
    clearTimeout(timer);
    timer = setTimeout(save, 2500);
  });
  form.addEventListener("submit", function () { clearTimeout(timer); });
})();
