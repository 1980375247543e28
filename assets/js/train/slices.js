/* On a Space that lends its GPU for minutes, a run continues in slices while its visitor watches: one request after the other. */

const PAUSE = 1500; // ms after a slice that was refused

/** Request slices as long as the shown run belongs to the visitor and waits for one. */
export function slices(desk) {
  let asking = false;
  const go = async () => {
    const { run, options } = desk;
    if (asking || !options?.borrowed || !run?.yours || run.remote || run.state !== "waiting" || document.hidden) return;
    asking = true;
    try {
      await desk.wire.ask("job_slice", { id: run.id });
      desk.trouble(null);
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      if (error.key !== "busy" && desk.wire.reachable) desk.trouble("train.error.slice", error);
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    asking = false;
    desk.look();
  };
  desk.on("run", go);
}
