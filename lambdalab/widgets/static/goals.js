/** What there is to see: each goal is ticked when its entry is shown. Python found them all. */

import { h, panel, seconds } from "./dom.js";
import { NONE } from "./run.js";

/**
 * @param {import("./run.js").Run} run
 * @param {import("./types.js").Go} go
 * @param {import("./types.js").Model} model its `seen` keeps the ticks, so that Python and a second view know them
 */
export function goals(run, go, model) {
  const all = run.columns.goals;
  const seen = all.map((_, n) => Boolean((model.get("seen") ?? [])[n]));
  const rows = all.map(([words, seq]) => {
    const mark = h("span", { class: "ll-tick", "aria-hidden": "true" });
    const said = h("span", { class: "ll-unseen" });
    const where = h("button", {
      type: "button",
      class: "ll-link",
      hidden: "",
      onclick: () => go.to(seq),
    });
    return { mark, said, where, item: h("li", {}, mark, h("span", { text: words }), where, said) };
  });
  const news = h("p", { class: "ll-unseen", role: "status", "aria-live": "polite" });
  const count = h("span", { class: "ll-aside" });
  const list = h("ul", {}, ...rows.map((row) => row.item));
  const element = panel("goals", "To see", h("div", { class: "ll-body" }, list, news), count);
  element.hidden = !all.length;
  tick();

  function tick() {
    rows.forEach(({ item, mark, said, where }, n) => {
      const seq = all[n][1];
      item.classList.toggle("ll-seen", seen[n]);
      mark.textContent = seen[n] ? "✓" : "";
      said.textContent = seq === NONE ? "not in this run" : seen[n] ? "(seen)" : "(not seen yet)";
      said.classList.toggle("ll-unseen", seq !== NONE);
      where.hidden = !seen[n];
      if (seen[n]) where.textContent = `#${seq} at ${seconds(run.entries.at[seq])}`;
    });
    count.textContent = `${seen.filter(Boolean).length} of ${all.length} seen`;
  }

  return {
    element,
    /** @param {import("./types.js").State} state */
    show({ step }) {
      const fresh = all.flatMap(([, seq], n) => (seq === step && !seen[n] ? [n] : []));
      if (!fresh.length) return;
      for (const n of fresh) seen[n] = true;
      news.textContent = `Seen: ${fresh.map((n) => all[n][0]).join(" ")}`;
      model.set("seen", [...seen]);
      go.save();
      tick();
    },
  };
}
