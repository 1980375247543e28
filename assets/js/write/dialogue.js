/* A line, and a reply that stands in a corpus of dialogues, with where it stands. Nothing is composed. */

import { element, say, show } from "../parts/nodes.js";

const MODEL = "write-replies";
const KEPT = 20; // exchanges on the page

function exchange({ text, source, replies }, said, t, number) {
  const [best, ...others] = replies;
  const from = t("dialogue.from", { said: best.said, topic: best.topic, percent: number(best.alike * 100, 0), source });
  const rest = element("ul", {}, ...others.map((each) => element("li", {}, each.reply)));
  const more = others.length ? element("details", {}, element("summary", {}, t("dialogue.others")), rest) : null;
  return element("li", {}, element("p", { className: "said" }, said), element("p", { className: "reply" }, text), element("p", { className: "note" }, from), more);
}

/** How often it is right, as it was measured; nothing where no measurement lies beside the model. */
async function measured(tools) {
  const answer = await fetch(tools.modelUrl(MODEL, "evaluation.json"));
  if (!answer.ok) return null;
  const { rows } = await answer.json();
  const share = (name, field) => tools.number(100 * rows.find((row) => row.name === name)[field], 0);
  return Object.fromEntries(["en", "zh"].flatMap((l) => [[l, share(`replies_${l}`, "value")], [`plain_${l}`, share(`replies_${l}`, "real")]]));
}

/** The part of the writing page with the dialogue. */
export async function dialogue(root, tools) {
  const find = (id) => root.querySelector(`#${id}`);
  const { t } = tools;
  const told = []; // the newest first: {said, answer}
  let error = null;
  let facts = null;
  const write = () => {
    find("turns").replaceChildren(...told.map(({ said, answer }) => exchange(answer, said, t, tools.number)));
    show(find("talk-oops"), error !== null);
    if (error) say(find("talk-oops").querySelector("p"), error.sentence ?? t("frame.unreachable"));
    if (facts) say(find("talk-measured"), t("dialogue.measured", facts));
  };
  find("talk").addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = find("said").value.trim() || t("dialogue.example");
    try {
      told.unshift({ said, answer: await tools.ask("reply", { text: said }) });
      told.length = Math.min(told.length, KEPT);
      error = null;
      find("said").value = "";
    } catch (problem) {
      error = problem;
    }
    write();
  });
  tools.onLanguage(write);
  facts = await measured(tools);
  write();
}
