/* The training page: makes all its parts, which share one desk, and shows those that belong to the present view. */

import { say, show } from "../parts/nodes.js";
import { Charts } from "./charts.js";
import { Compare } from "./compare.js";
import { address, Desk } from "./desk.js";
import { Far } from "./far.js";
import { Film } from "./film.js";
import { Form } from "./form.js";
import { Half } from "./half.js";
import { Hand } from "./hand.js";
import { Head } from "./head.js";
import { Health } from "./health.js";
import { Hearing } from "./hearing.js";
import { Lesson } from "./lesson.js";
import { Plan } from "./plan.js";
import { Recorded } from "./recorded.js";
import { Result } from "./result.js";
import { Runs } from "./runs.js";
import { signing } from "./signing.js";
import { slices } from "./slices.js";
import { Sounds } from "./sounds.js";
import { Style } from "./style.js";
import { Taking } from "./taking.js";
import { Use } from "./use.js";

const SEEN = { // id of a part -> the views in which it is shown
  empty: ["empty"],
  run: ["run", "empty"],
  form: ["form"],
  half: ["form"],
  style: ["style"],
  sounds: ["sounds"],
  choice: ["lesson"],
  compare: ["compare"],
  health: ["run", "empty"],
  plan: ["form", "sounds"],
  where: ["form"],
  starting: ["form", "sounds"],
  runs: ["run", "compare", "lost", "empty", "style", "sounds", "lesson"],
  adding: ["run", "compare", "lost", "empty"],
};

/** The focus comes to the title when what had it went with its view: keys go on from there, and the title is read. */
function kept(title) {
  const { activeElement, body } = document;
  if (activeElement === body || !activeElement.checkVisibility()) title.focus({ preventScroll: true });
}

/** Show the parts of a view; a run that has not arrived yet has none. */
function views(root, desk) {
  const find = (id) => root.querySelector(`#${id}`);
  const frame = root.querySelector(".tr");
  const draw = () => {
    const awaited = desk.route.view === "empty" && !desk.run && desk.recorded === undefined;
    const view = awaited ? "opening" : desk.route.view;
    frame.dataset.view = view;
    const arrived = !["run", "empty"].includes(view) || Boolean(desk.run);
    const shown = (id) => (id === "empty" ? !desk.run : ["form", "sounds"].includes(view) && id !== view ? Boolean(desk.options) : arrived || ["runs", "adding"].includes(id));
    for (const [id, seen] of Object.entries(SEEN)) show(find(id), seen.includes(view) && shown(id));
  };
  desk.on("route run options recorded", draw);
  let view = "";
  desk.on("route", () => {
    if (view && view !== desk.route.view) {
      scrollTo({ top: 0 });
      setTimeout(() => kept(find("name")));
    }
    view = desk.route.view;
  });
}

/** The forms for a new run: of pictures, from a preset or as a copy of a run, and of sounds. */
function forms(root, desk) {
  let plan = null;
  const form = new Form(root, desk, () => plan?.changed());
  const sounds = new Sounds(root, desk, () => plan?.changed());
  plan = new Plan(root, desk, [form, sounds]);
  const half = new Half(root, desk, form);
  let shown = null;
  const entered = () => {
    if (desk.route.view !== "sounds" || !desk.options) return;
    sounds.build();
    root.querySelector("#cancel").href = address("#");
    plan.use(sounds);
  };
  desk.on("route options", entered);
  const enter = async () => {
    if (desk.route.view !== "form" || !desk.options) {
      shown = desk.route.view === "form" ? shown : null;
      return;
    }
    form.build();
    if (plan.form !== form) plan.use(form);
    const { from } = desk.route;
    if (shown === (from ?? "new")) return;
    shown = from ?? "new";
    root.querySelector("#cancel").href = address(from ? `#run=${from}` : "#");
    if (!from) {
      form.alone();
      form.given(desk.route.given);
      plan.changed();
      if (Object.keys(desk.route.given).length < 2) half.offer(); // a link that says more is meant as it is
      return;
    }
    try {
      form.copyOf(await desk.wire.ask("job_show", { id: from }));
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      desk.trouble("train.error.lost", error);
    }
  };
  desk.on("route options", enter);
}

/** The administrator may see every run, and training may ask for a password; it is kept until the tab is closed. */
function administrator(root, desk) {
  const find = (id) => root.querySelector(`#${id}`);
  const note = find("administrator-say");
  const draw = () => {
    const asks = ["password", "either"].includes(desk.options?.training);
    show(find("administrator"), Boolean(desk.options?.administrator) || asks);
    if (asks && !desk.wire.password && !desk.options.account?.trains) find("administrator").open = true;
    show(find("unkept"), !desk.wire.kept);
    find("administrator").firstElementChild.textContent = desk.tools.t(asks ? "train.entry.title" : "train.administrator.title");
    const said = asks ? "train.entry" : "train.administrator";
    say(note, desk.tools.t(desk.wire.password ? `${said}.is` : `${said}.say`));
  };
  find("password").addEventListener("change", async (event) => {
    desk.wire.become(event.target.value);
    try {
      await desk.wire.ask("jobs_list", { count: 1 });
      draw();
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      if (desk.wire.reachable) desk.wire.become("");
      say(note, error.sentence);
    }
    event.target.value = "";
    desk.list();
    desk.look();
  });
  desk.on("options words", draw);
  draw();
}

/** See ganapp/ui/page.py. */
export async function start(root, server, tools) {
  const desk = new Desk(tools);
  views(root, desk);
  new Head(root, desk);
  new Use(root, desk);
  new Lesson(root, desk);
  new Hand(root, desk);
  new Film(root, desk);
  new Hearing(root, desk);
  new Taking(root, desk);
  new Charts(root, desk);
  new Health(root, desk);
  new Far(root, desk);
  new Result(root, desk);
  new Runs(root, desk);
  new Recorded(root, desk);
  new Compare(root, desk);
  forms(root, desk);
  new Style(root, desk);
  administrator(root, desk);
  signing(root, desk);
  slices(desk);
  await desk.begin();
}
