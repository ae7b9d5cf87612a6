// Filter, search and jumps in the list of articles. The page is complete without this script.
(() => {
  "use strict";
  const list = document.getElementById("list");
  const tools = document.getElementById("tools");
  if (!list || !tools) return;

  const entries = [...list.children];
  const query = document.getElementById("query");
  const choices = [...tools.querySelectorAll("select")];
  const count = document.getElementById("count");
  const open = document.getElementById("open");
  let texts; // of the entries, read when the first search begins

  const matches = (entry, n, wanted) =>
    choices.every(({ id, value }) => !value || entry.dataset[id].split("\n").includes(value)) &&
    (!wanted || texts[n].includes(wanted));

  function apply() {
    const wanted = query.value.trim().toLowerCase();
    if (wanted) texts ??= entries.map((entry) => entry.textContent.toLowerCase());
    entries.forEach((entry, n) => { entry.hidden = !matches(entry, n, wanted); });
    const shown = entries.filter((entry) => !entry.hidden);
    count.textContent = `显示 ${shown.length} / ${entries.length} 篇`;
    open.textContent = shown.length && shown.every((entry) => entry.open) ? "全部收起" : "展开所列";
  }

  function clear() {
    query.value = "";
    for (const choice of choices) choice.value = "";
  }

  function follow() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.tagName !== "DETAILS") return;
    if (target.hidden) { clear(); apply(); }
    target.open = true;
    target.scrollIntoView();
  }

  for (const control of [query, ...choices]) control.addEventListener("input", apply);
  open.addEventListener("click", () => {
    const shown = entries.filter((entry) => !entry.hidden);
    const wanted = !shown.every((entry) => entry.open);
    for (const entry of shown) entry.open = wanted;
    apply();
  });
  document.getElementById("plain").addEventListener("change", (event) => {
    list.classList.toggle("plain", event.target.checked);
  });
  for (const pick of document.querySelectorAll("a.pick")) {
    pick.addEventListener("click", () => {
      clear();
      const choice = document.getElementById("rule");
      if (choice) choice.value = pick.dataset.rule;
      apply();
    });
  }
  addEventListener("hashchange", follow);
  addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && document.activeElement?.tagName === "DEL") document.activeElement.blur();
  });
  tools.hidden = false;
  apply();
  follow();
})();
