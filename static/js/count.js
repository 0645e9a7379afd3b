// Counts down the characters of long answers. What a screen reader hears waits until the typing pauses.
for (const area of document.querySelectorAll("textarea[data-most]")) {
  const words = document.getElementById(`${area.id}_count`);
  if (!words) continue;
  const spoken = document.createElement("p");
  spoken.className = "hide";
  spoken.setAttribute("role", "status");
  words.after(spoken);
  const most = Number(area.dataset.most);
  let pause;
  const count = () => {
    const left = most - area.value.length;
    words.classList.toggle("past", left < 0);
    words.textContent = (left < 0 ? words.dataset.past : words.dataset.left).replace("{n}", Math.abs(left));
    clearTimeout(pause);
    pause = setTimeout(() => { spoken.textContent = words.textContent; }, 1000);
  };
  area.addEventListener("input", count);
  if (area.value) count();
}
