/* The page of the cards: one a model, folded in, opened by its name behind the address's #. See ganapp/ui/edition/cards.py for the blocks. */

import { element } from "../parts/nodes.js";

const MB = 1_000_000;

function spans(pieces) {
  return pieces.map((piece) => {
    if (typeof piece === "string") return piece;
    const [kind, textContent, href] = piece;
    return kind === "a" ? element("a", { className: "link", textContent, href, rel: "noreferrer" }) : element(kind, { textContent });
  });
}

function table([head, ...rows]) {
  const cells = (row, kind) => row.map((pieces, i) => element(i ? kind : "th", { scope: kind === "th" ? "col" : i ? "" : "row" }, ...spans(pieces)));
  const whole = element("table", {}, element("thead", {}, element("tr", {}, ...cells(head, "th"))), element("tbody", {}, ...rows.map((row) => element("tr", {}, ...cells(row, "td")))));
  return element("div", { className: "wide", tabIndex: 0, role: "group" }, whole);
}

/** The nodes of a card's blocks; items of a list that follow each other are one list. */
function content(blocks) {
  const made = [];
  for (const [kind, told] of blocks) {
    if (kind === "li" && made.at(-1)?.tagName === "UL") made.at(-1).append(element("li", {}, ...spans(told)));
    else if (kind === "li") made.push(element("ul", {}, element("li", {}, ...spans(told))));
    else if (kind === "pre") made.push(element("pre", { textContent: told, tabIndex: 0 }));
    else if (kind === "table") made.push(table(told));
    else made.push(element(kind, { className: kind === "p" ? "say" : "" }, ...spans(told)));
  }
  return made;
}

function card({ id, bytes, licence, title, blocks }, { t, number, language }) {
  const size = bytes >= MB ? t("models.megabytes", { size: number(bytes / MB, 1) }) : t("models.kilobytes", { size: number(bytes / 1000) });
  const facts = [id, size, t("models.licence", { licence: licence.toUpperCase() })].map((textContent) => element("span", { textContent }));
  const head = element("summary", {}, element("b", { textContent: title[language()] }), element("span", { className: "facts" }, ...facts));
  return element("details", { id }, head, ...content(blocks[language()]));
}

/** See ganapp/ui/page.py. */
export async function start(root, server, tools) {
  const place = root.querySelector("[data-cards]"), cards = await tools.ask("data").then(Object.values);
  const write = () => {
    const open = new Set([...place.querySelectorAll("details[open]")].map(({ id }) => id));
    place.replaceChildren(...cards.map((each) => Object.assign(card(each, tools), { open: open.has(each.id) })));
  };
  const show = () => {
    const asked = place.querySelector(`#${CSS.escape(decodeURIComponent(location.hash.slice(1)) || "-")}`);
    if (!asked) return;
    asked.open = true;
    asked.scrollIntoView();
  };
  write();
  place.removeAttribute("aria-busy");
  show();
  window.addEventListener("hashchange", show);
  tools.onLanguage(write);
}
