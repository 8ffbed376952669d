"use strict";
// Steps through the changes: j and k, or the buttons. Everything else works by links.
const links = [...document.querySelectorAll("#changes a")];
const side = document.getElementById("side");
const position = document.getElementById("where");
let at = links.findIndex((link) => link.hash === location.hash);

function show(number) {
  if (!links.length) return;
  at = (number + links.length) % links.length;
  links.forEach((link, place) => {
    if (place === at) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
  const target = document.querySelector(links[at].hash);
  history.replaceState(null, "", links[at].hash);
  links[at].closest("details").open = true;
  if (side.clientHeight) links[at].scrollIntoView({ block: "nearest" }); // on a telephone the list is behind the report
  if (target) {
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "center", inline: "center" });
  }
  position.textContent = `第${at + 1}处，共${links.length}处`;
}

if (links.length) {
  document.getElementById("steps").hidden = false;
  document.getElementById("next").addEventListener("click", () => show(at + 1));
  document.getElementById("previous").addEventListener("click", () => show(at < 0 ? -1 : at - 1));
  for (const link of [...links, ...document.querySelectorAll("#overview .largest a")]) {
    const place = links.findIndex((each) => each.hash === link.hash);
    link.addEventListener("click", (event) => { event.preventDefault(); show(place); });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input[type=text], textarea")) return;
    if (event.key === "j" || event.key === "n") show(at + 1);
    else if (event.key === "k" || event.key === "p") show(at < 0 ? -1 : at - 1);
  });
  if (at >= 0) show(at);
}
