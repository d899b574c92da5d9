// What the first steps of a record that is still being written would wait for: the server judges it as if it were saved.
import { onBeforeUnmount, ref, watch, type Ref } from "vue";
import { api, type RecordData, type Value } from "./api";

const kPause = 500; // milliseconds without a change
export type Outlook = Required<Pick<RecordData, "transitions" | "rules">>;

export function useOutlook(kind: string, fields: () => Record<string, Value>): Ref<Outlook | null> {
  const outlook = ref<Outlook | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  async function look(): Promise<void> {
    const mine = ++asked;
    try {
      const got = await api.outlook(kind, fields());
      if (mine === asked) outlook.value = got as Outlook;
    } catch { /* without it the record is written all the same, and says it when it is saved */ }
  }
  void look();
  watch(() => JSON.stringify(fields()), () => { clearTimeout(timer); timer = setTimeout(() => void look(), kPause); });
  onBeforeUnmount(() => clearTimeout(timer));
  return outlook;
}
