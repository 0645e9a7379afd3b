// Find one ballot by its check code and repeat the sums, in the reader's own browser. Nothing is sent anywhere.
"use strict";
(function () {
  const panel = document.getElementById("find-ballot");
  if (!panel || !window.fetch) return;
  const [answer, sums] = [panel.querySelector("[role=status]"), panel.querySelector(".small")];
  const input = panel.querySelector("input");
  panel.hidden = false;
  let loading = null;

  async function load() {
    const from = panel.dataset.ballots;
    const [ballots, result] = await Promise.all([fetch(from), fetch(from.replace("ballots.json", "result.json"))]);
    const bytes = await ballots.arrayBuffer();
    const published = await result.json();
    const list = JSON.parse(new TextDecoder().decode(bytes)).ballots;
    return { list, holds: await agrees(bytes, list, published) };
  }

  async function agrees(bytes, list, published) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const votes = {};
    for (const [, choices] of list)
      for (const choice of choices) {
        const ref = Array.isArray(choice) ? choice[0] : choice;
        if (!Array.isArray(choice) || choice[1] > 0) votes[ref] = (votes[ref] || 0) + 1;
      }
    const turnout = published.turnout;
    return (
      hash === published.ballots_sha256 &&
      new Set(list.map(([code]) => code)).size === list.length &&
      list.length === turnout.published &&
      turnout.published + turnout.rejected + turnout.withheld === turnout.marked &&
      turnout.log_leaves - turnout.superseded - turnout.cancelled === turnout.electronic &&
      Object.entries(published.result.votes).every(([ref, count]) => (votes[ref] || 0) === count)
    );
  }

  async function find() {
    loading = loading || load();
    const { list, holds } = await loading;
    const alike = { O: "0", I: "1", L: "1", U: "V" };
    const code = input.value.toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/[OILU]/g, (sign) => alike[sign]);
    const found = list.filter(([one]) => one.split("-")[0] === code);
    const words = ([, choices]) => choices.map((choice) => (Array.isArray(choice) ? choice.join(": ") : choice)).join(", ");
    answer.textContent = found.length
      ? `${panel.dataset.found} ${found.map((one) => words(one) || panel.dataset.empty).join(" / ")}`
      : panel.dataset.missing;
    sums.textContent = holds ? panel.dataset.holds : panel.dataset.fails;
  }

  panel.querySelector("button").addEventListener("click", find);
  input.addEventListener("keydown", (event) => event.key === "Enter" && find());
})();
