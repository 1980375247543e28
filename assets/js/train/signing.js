/* Signing in with an account, where training asks for one: the server leads to Hugging Face and back to this page (ui/server/sign_in.py). */

import { say, show } from "../parts/nodes.js";

const PROBLEMS = ["refused", "failed", "late"];

/** What went wrong on the way back, which the address says once. */
function problem() {
  const address = new URL(location.href);
  const said = address.searchParams.get("sign_in");
  if (said === null) return null;
  address.searchParams.delete("sign_in");
  history.replaceState(history.state, "", address);
  return PROBLEMS.includes(said) ? said : null;
}

export function signing(root, desk) {
  const find = (id) => root.querySelector(`#${id}`);
  const failed = problem();
  const draw = () => {
    const { account, training } = desk.options ?? {};
    const { t } = desk.tools;
    show(find("signing"), Boolean(account));
    if (!account) return;
    const { name, trains } = account;
    const asked = failed ?? (training === "either" ? "or" : "say");
    say(find("signing-say"), t(`train.signing.${name ? (trains ? "is" : "other") : asked}`, { name }));
    show(find("sign-in"), !trains);
    show(find("sign-out"), Boolean(name));
  };
  // Hugging Face shows its own page in no frame, and a Space is shown in one of Hugging Face's.
  if (window.parent !== window) Object.assign(find("sign-in"), { target: "_blank", rel: "noopener" });
  find("sign-out").addEventListener("click", async () => {
    try {
      await fetch(new URL("logout", document.baseURI), { method: "POST" });
      desk.options.account = {};
      draw();
    } catch {
      say(find("signing-say"), desk.tools.t("frame.unreachable"));
    }
  });
  desk.on("options words", draw);
  draw();
}
