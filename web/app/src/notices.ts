// What has just happened, said at the edge of the page and to a screen reader, with a way back where there is one.
import { reactive } from "vue";

export const notice = reactive({ open: false, text: "", undo: null as (() => Promise<void>) | null });
export function say(text: string, undo: (() => Promise<void>) | null = null): void {
  notice.text = text;
  notice.undo = undo;
  notice.open = true;
}
