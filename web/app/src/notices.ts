// What has just happened, said at the edge of the page and to a screen reader, with a way back where there is one.
import { reactive } from "vue";

export const notice = reactive({ open: false, text: "", count: 0, above: false, undo: null as (() => Promise<void>) | null });
// It lies over nothing that was just pressed: after a press at the lower edge it stands at the upper one.
const kLowerEdge = 2 / 3;
let pressed = 0; // the lower end of it, as a share of the window
addEventListener("click", ({ target }) => { if (target instanceof Element) pressed = target.getBoundingClientRect().bottom / innerHeight; }, true);
export function say(text: string, undo: (() => Promise<void>) | null = null): void {
  notice.text = text;
  notice.undo = undo;
  notice.above = pressed > kLowerEdge;
  notice.open = true;
  ++notice.count;
}
// It goes with the page that it was said on, and does not lie over the buttons of the next one; who leads to another page
// says what happened when it is there.
export function leavePage(): void { notice.open = false; }
