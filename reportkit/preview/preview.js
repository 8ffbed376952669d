// Shows the state that the server sends: reloads the page where one was made, keeps the reader's place in it.
"use strict";
const view = document.getElementById("view");
const state = document.getElementById("state");
const failure = document.getElementById("failure");
const empty = document.getElementById("empty");
const tabs = [...document.querySelectorAll("[role=tab]")];
let source = tabs[0].dataset.source;
let shown = "";
let last = null;

function show() {
  const name = source === "findings.html" || last.shown.includes(source) ? source : last.shown[0];
  const wanted = last.shown.length ? `${name}?${last.number}` : "";
  empty.hidden = Boolean(wanted);
  view.hidden = !wanted;
  empty.textContent = last.errors.length ? "还没有可以显示的页面。" : "正在生成……";
  if (!wanted || wanted === shown) return;
  const same = shown.startsWith(`${name}?`);
  const place = same && view.contentWindow ? view.contentWindow.scrollY : 0;
  view.onload = () => {
    view.contentWindow.scrollTo(0, place);
    document.documentElement.dataset.number = last.number;
  };
  shown = wanted;
  view.src = wanted;
}

function tell() {
  const bad = last.errors.length > 0;
  state.className = bad ? "bad" : "";
  const names = last.executed.length > 2 ? `${last.executed.length}个笔记本` : last.executed.join("、");
  const ran = names ? `运行了${names}` : "没有运行笔记本";
  state.textContent = bad ? "生成失败，下面是上一次成功的页面" : `已更新，用时${last.seconds}秒，${ran}${last.draft ? "；草稿" : ""}`;
  failure.hidden = !bad;
  document.getElementById("failed").textContent = `生成失败：${last.errors.length}处`;
  document.getElementById("errors").replaceChildren(...last.errors.map((error) => {
    const list = document.createElement("dl");
    for (const [label, text] of [["问题", error.what], ["位置", error.where], ["更正", error.mend]]) {
      if (!text) continue;
      const term = document.createElement("dt");
      const words = document.createElement("dd");
      term.textContent = label;
      words.textContent = text;
      list.append(term, words);
    }
    if (error.detail) {
      const detail = document.createElement("pre");
      detail.textContent = error.detail;
      list.append(detail);
    }
    return list;
  }));
}

function choose(tab) {
  for (const each of tabs) {
    each.setAttribute("aria-selected", String(each === tab));
    each.tabIndex = each === tab ? 0 : -1;
  }
  view.setAttribute("aria-labelledby", tab.id);
  source = tab.dataset.source;
  if (last) show();
}

tabs.forEach((tab, place) => {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(place + step + tabs.length) % tabs.length];
    next.focus();
    choose(next);
  });
});
document.getElementById("hide").addEventListener("click", () => { failure.hidden = true; });

const events = new EventSource("events");
events.onmessage = (event) => {
  last = JSON.parse(event.data);
  if (last.working) {
    state.className = "";
    state.textContent = "正在生成……";
    return;
  }
  for (const tab of tabs) {
    tab.disabled = tab.dataset.source !== "findings.html" && !last.shown.includes(tab.dataset.source);
  }
  tell();
  show();
  document.documentElement.dataset.state = last.number;
};
events.onerror = () => {
  state.className = "bad";
  state.textContent = "预览已停止；重新运行 reportkit preview 后会自动接上";
};
