"use strict";
// Sorting and filters; what is chosen lives behind the # of the address, so a view can be sent to somebody.
const form = document.getElementById("filters");
const body = document.querySelector("tbody");
const heads = [...document.querySelectorAll("thead th[data-key]")];
const cell = (row, place) => row.cells[place]?.firstChild?.textContent.trim() ?? "";
const rows = [...body.rows].map((element, order) => ({
  element,
  order,
  words: element.cells[0].textContent.toLowerCase(),
  year: cell(element, 1),
  states: [cell(element, 2), element.cells[2].dataset.also],
  errors: Number(cell(element, 4)) > 0,
  changed: Number(element.cells[9]?.dataset.number ?? 0) > 0,
  late: element.classList.contains("late"),
  values: heads.map((_, place) => element.cells[place]?.dataset.number ?? cell(element, place)),
}));
let sort = "";

function view() {
  if (location.hash && !location.hash.includes("=")) return; // a place on the page, no view of it
  const chosen = new URLSearchParams(location.hash.slice(1));
  form.q.value = chosen.get("q") ?? "";
  form.year.value = chosen.get("year") ?? "";
  form.state.value = chosen.get("state") ?? "";
  for (const name of ["errors", "changed", "late"]) form[name].checked = chosen.has(name);
  sort = chosen.get("sort") ?? "";
  show();
}

function keep(event) {
  if (event?.target === form.sort) sort = form.sort.value;
  const chosen = new URLSearchParams();
  for (const name of ["q", "year", "state"]) if (form[name].value) chosen.set(name, form[name].value);
  for (const name of ["errors", "changed", "late"]) if (form[name].checked) chosen.set(name, "1");
  if (sort) chosen.set("sort", sort);
  history.replaceState(null, "", `#${chosen}`);
  show();
}

function compare(one, other, place, down) {
  const [a, b] = [one.values[place], other.values[place]];
  if (!a !== !b) return a ? -1 : 1; // what is empty comes last, either way
  const number = Number(a) - Number(b);
  const found = Number.isNaN(number) ? a.localeCompare(b, "zh-CN") : number;
  return (down ? -found : found) || one.order - other.order;
}

function show() {
  form.sort.value = sort; // empty where one of the heads sorts in another way
  const words = form.q.value.trim().toLowerCase();
  const down = sort.startsWith("-");
  const place = heads.findIndex((head) => head.dataset.key === sort.replace("-", ""));
  heads.forEach((head, number) => {
    if (number === place) head.setAttribute("aria-sort", down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
  const ordered = place < 0 ? rows : [...rows].sort((one, other) => compare(one, other, place, down));
  let shown = 0;
  for (const row of ordered) {
    const fits = row.words.includes(words)
      && (!form.year.value || row.year === form.year.value)
      && (!form.state.value || row.states.includes(form.state.value))
      && ["errors", "changed", "late"].every((name) => !form[name].checked || row[name]);
    row.element.hidden = !fits;
    shown += fits;
    body.append(row.element);
  }
  document.getElementById("shown").textContent = shown === rows.length ? "" : `显示${shown}份`;
  document.getElementById("none").hidden = shown > 0;
}

heads.forEach((head) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = head.textContent;
  head.replaceChildren(button);
  button.addEventListener("click", () => {
    const key = head.dataset.key;
    sort = sort === key ? `-${key}` : sort === `-${key}` ? "" : key;
    keep();
  });
});
form.hidden = false;
form.addEventListener("input", keep);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", (event) => {
  event.preventDefault();
  history.replaceState(null, "", "#");
  view();
});
window.addEventListener("hashchange", view);
view();
