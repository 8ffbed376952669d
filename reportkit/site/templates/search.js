"use strict";
// Pairs of neighbouring characters: a word is in a report where all its pairs are. The index lies in small files, each
// a script that calls one of the functions below, so that it loads from a file share too; only those that a query needs
// are loaded. What is shown is looked at again in the report's own words, so that nothing is shown that isn't there.
const SHARDS = 128;
const AT_ONCE = 8;
const MOST_PAIRS = 10;
const FOLDER = new URL(".", document.currentScript.src.replace("assets/", "search/"));

const SEARCH = {
  shards: new Map(),
  texts: new Map(),
  documents(bodies, reports) {
    SEARCH.bodies = bodies;
    SEARCH.reports = reports;
  },
  index(number, pairs) {
    SEARCH.shards.set(number, pairs);
  },
  text(report, words) {
    SEARCH.texts.set(report, words);
  },
};

const loading = new Map();

function load(name) {
  if (!loading.has(name)) {
    loading.set(name, new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL(name, FOLDER).href;
      script.addEventListener("load", resolve);
      script.addEventListener("error", () => { loading.delete(name); reject(new Error(name)); });
      document.head.append(script);
    }));
  }
  return loading.get(name);
}

const plain = (text) => text.normalize("NFKC").toLowerCase();
const runs = (text) => plain(text).match(/[\p{L}\p{N}]+/gu) ?? [];

function pairsOf(run) {
  return Array.from({ length: run.length - 1 }, (_, at) => run.charCodeAt(at) * 65536 + run.charCodeAt(at + 1));
}

const shardOf = (pair) => (Math.floor(pair / 65536) * 31 + (pair % 65536)) % SHARDS;

function places(postings) {
  const found = [];
  let last = 0;
  for (const part of postings ? postings.split(",") : []) {
    const [step, more] = part.split("+").map((digits) => parseInt(digits, 36));
    last += step;
    found.push(last);
    for (let each = 0; each < (more || 0); each += 1) found.push(++last);
  }
  return found;
}

/** Reports that may have all the words: those that have every pair of them. */
async function candidates(words) {
  const pairs = [...new Set(words.flatMap(pairsOf))].slice(0, MOST_PAIRS);
  await Promise.all(pairs.map((pair) => load(`index/${shardOf(pair)}.js`)));
  let found = null;
  for (const pair of pairs) {
    const here = new Set(places(SEARCH.shards.get(shardOf(pair))[pair.toString(36)]));
    found = found === null ? [...here] : found.filter((each) => here.has(each));
  }
  return found ?? [];
}

const titleOf = (name, year) => `${name}${year}年{{ report }}`;
const bodyOf = (place) => SEARCH.bodies[SEARCH.reports[place][0]];

/** Bodies whose names have a word first, then the newest. */
function ranked(found, words) {
  const named = (place) => words.some((word) => plain(bodyOf(place)[1]).includes(word));
  return found
    .map((place) => [named(place) ? 1 : 0, SEARCH.reports[place][1], place])
    .sort((one, other) => other[0] - one[0] || other[1] - one[1] || one[2] - other[2])
    .map(([, , place]) => place);
}

/** Where a word stands in a text as it is printed, in wide characters or narrow ones; null where it doesn't. */
function whereIs(word, text) {
  const from = [];
  let flat = "";
  for (let at = 0; at < text.length; at += 1) {
    const each = plain(text[at]);
    for (let more = 0; more < each.length; more += 1) from.push(at);
    flat += each;
  }
  const start = flat.indexOf(word);
  return start < 0 ? null : { start: from[start], end: from[start + word.length - 1] + 1 };
}

/** The words of a report around the first word that was looked for; null where one of them isn't there. */
function snippet(place, words) {
  const [id, name] = bodyOf(place);
  const year = SEARCH.reports[place][1];
  const text = SEARCH.texts.get(`${year}/${id}`);
  let first = null;
  for (const word of words) {
    const here = whereIs(word, text);
    if (here === null && whereIs(word, `${titleOf(name, year)} ${year}年度`) === null) return null;
    first ??= here;
  }
  if (first === null) return [text.slice(0, 90), "", ""];
  const start = Math.max(0, first.start - 30);
  return [
    (start > 0 ? "…" : "") + text.slice(start, first.start),
    text.slice(first.start, first.end),
    `${text.slice(first.end, first.end + 60)}…`,
  ];
}

function item(place, parts) {
  const [id, name] = bodyOf(place);
  const [, year, day] = SEARCH.reports[place];
  const element = document.createElement("li");
  const link = document.createElement("a");
  link.href = `../${year}/${id}/index.html`;
  link.textContent = titleOf(name, year);
  const words = document.createElement("p");
  const mark = document.createElement("mark");
  mark.textContent = parts[1];
  words.append(parts[0], mark, parts[2]);
  element.append(link, " ");
  if (day) {
    const time = document.createElement("time");
    time.dateTime = day;
    time.textContent = day;
    element.append(time);
  }
  element.append(words);
  return element;
}

const form = document.getElementById("search");
const results = document.getElementById("results");
const told = document.getElementById("told");
const more = document.getElementById("more");
let waiting = [];
let asked = 0;

/** Shows some more of what was found; returns how many there were. */
async function show(words, number) {
  let shown = 0;
  while (waiting.length > 0 && shown < AT_ONCE) {
    const next = waiting.splice(0, AT_ONCE - shown);
    await Promise.all(next.map((place) => load(`text/${SEARCH.reports[place][1]}/${bodyOf(place)[0]}.js`)));
    if (number !== asked) return shown;
    for (const place of next) {
      const parts = snippet(place, words);
      if (parts === null) continue;
      results.append(item(place, parts));
      shown += 1;
    }
  }
  more.hidden = waiting.length === 0;
  return shown;
}

async function search(query) {
  asked += 1;
  const number = asked;
  results.replaceChildren();
  more.hidden = true;
  const given = runs(query);
  const words = given.filter((word) => word.length > 1);
  const single = given.filter((word) => word.length === 1);
  if (words.length === 0) {
    told.textContent = query.trim() ? "请至少写两个连着的字。" : "";
    return;
  }
  told.textContent = "正在查找……";
  try {
    await load("documents.js");
    const found = ranked(await candidates(words), words);
    if (number !== asked) return;
    waiting = found;
    const shown = await show(words, number);
    if (number !== asked) return;
    const rest = waiting.length > 0;
    const many = shown === 0 ? "没有找到。" : rest ? `找到约${found.length}份。` : `找到${shown}份。`;
    told.textContent = many + (single.length > 0 ? `单个的字（${single.join("、")}）没有用来查找。` : "");
    more.onclick = () => show(words, number);
  } catch (error) {
    told.textContent = `查找所需的文件无法读取（${error.message}），请稍后再试。`;
  }
}

form.hidden = false;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  history.replaceState(null, "", `?${new URLSearchParams({ q: form.q.value })}`);
  search(form.q.value);
});
form.q.value = new URLSearchParams(location.search).get("q") ?? "";
search(form.q.value);
