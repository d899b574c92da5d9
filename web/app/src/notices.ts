// What has just happened, said at the edge of the page and to a screen reader, with a way back where there is one.
import { reactive } from "vue";

export const notice = reactive({ open: false, text: "", count: 0, undo: null as (() => Promise<void>) | null });
export function say(text: string, undo: (() => Promise<void>) | null = null): void {
  notice.text = text;
  notice.undo = undo;
  notice.open = true;
  ++notice.count;
}
// It goes with the page that it was said on, and does not lie over the buttons of the next one; who leads to another page
// says what happened when it is there.
export function leavePage(): void { notice.open = false; }
