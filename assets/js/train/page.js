/* The training page: makes all its parts, which share one desk, and shows those that belong to the present view. */

import { say, show } from "../parts/nodes.js";
import { Charts } from "./charts.js";
import { Compare } from "./compare.js";
import { address, Desk } from "./desk.js";
import { Far } from "./far.js";
import { Film } from "./film.js";
import { Form } from "./form.js";
import { Hand } from "./hand.js";
import { Head } from "./head.js";
import { Health } from "./health.js";
import { Lesson } from "./lesson.js";
import { Plan } from "./plan.js";
import { Result } from "./result.js";
import { Runs } from "./runs.js";
import { slices } from "./slices.js";
import { Style } from "./style.js";
import { Use } from "./use.js";

const SEEN = { // id of a part -> the views in which it is shown
  empty: ["empty"],
  run: ["run"],
  form: ["form"],
  style: ["style"],
  choice: ["lesson"],
  compare: ["compare"],
  health: ["run"],
  plan: ["form"],
  where: ["form"],
  starting: ["form"],
  runs: ["run", "compare", "lost", "empty", "style", "lesson"],
  adding: ["run", "compare", "lost"],
};

/** Show the parts of a view; a run that has not arrived yet has none. */
function views(root, desk) {
  const find = (id) => root.querySelector(`#${id}`);
  const frame = root.querySelector(".tr");
  const draw = () => {
    const { view } = desk.route;
    frame.dataset.view = view;
    const arrived = view !== "run" || Boolean(desk.run);
    for (const [id, seen] of Object.entries(SEEN)) show(find(id), seen.includes(view) && (arrived || ["runs", "adding"].includes(id)) && (id !== "form" && view === "form" ? Boolean(desk.options) : true));
  };
  desk.on("route run options", draw);
  let view = "";
  desk.on("route", () => {
    if (view && view !== desk.route.view) scrollTo({ top: 0 });
    view = desk.route.view;
  });
}

/** The form for a new run, from a preset or as a copy of a run. */
function forms(root, desk) {
  let plan = null;
  const form = new Form(root, desk, () => plan?.changed());
  plan = new Plan(root, desk, form);
  let shown = null;
  const enter = async () => {
    if (desk.route.view !== "form" || !desk.options) {
      shown = desk.route.view === "form" ? shown : null;
      return;
    }
    form.build();
    const { from } = desk.route;
    if (shown === (from ?? "new")) return;
    shown = from ?? "new";
    root.querySelector("#cancel").href = address(from ? `#run=${from}` : "#");
    if (!from) {
      form.alone();
      form.given(desk.route.given);
      plan.changed();
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

/** The administrator may see every run; the password is kept until the tab is closed. */
function administrator(root, desk) {
  const find = (id) => root.querySelector(`#${id}`);
  const note = find("administrator-say");
  const draw = () => {
    show(find("administrator"), Boolean(desk.options?.administrator));
    show(find("unkept"), !desk.wire.kept);
    say(note, desk.tools.t(desk.wire.password ? "train.administrator.is" : "train.administrator.say"));
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
  new Charts(root, desk);
  new Health(root, desk);
  new Far(root, desk);
  new Result(root, desk);
  new Runs(root, desk);
  new Compare(root, desk);
  forms(root, desk);
  new Style(root, desk);
  administrator(root, desk);
  slices(desk);
  await desk.begin();
}
