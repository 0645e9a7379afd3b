// Moves the focus, once, to the error summary or to the banner that says what was done.
const first = document.querySelector("[data-focus]");
if (first) first.focus();
// A link of the error summary goes to its input and puts the cursor there, with the question in view.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".errors a[href^='#']");
  const input = link && document.getElementById(link.hash.slice(1));
  if (!input) return;
  event.preventDefault();
  (input.closest("fieldset, .field") || input).scrollIntoView();
  input.focus({ preventScroll: true });
});
