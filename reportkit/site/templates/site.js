"use strict";
// The size of letters and the mode for elders work by CSS alone; here they are kept from page to page.
document.addEventListener("DOMContentLoaded", () => {
  const elder = document.getElementById("elder");
  const sizes = [...document.getElementsByName("size")];
  try {
    const kept = localStorage.getItem("size");
    for (const each of sizes) if (each.value === kept) each.checked = true;
    elder.checked = localStorage.getItem("elder") === "1";
    for (const each of sizes) each.addEventListener("change", () => localStorage.setItem("size", each.value));
    elder.addEventListener("change", () => localStorage.setItem("elder", elder.checked ? "1" : "0"));
  } catch {
    // A browser that keeps nothing: every page begins in the medium size.
  }
});
