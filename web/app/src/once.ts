// A request that is made once, however often it is sent: the same key goes with the same body until somebody has answered. What was
// typed, asked for and sent stands among what is not saved, so that a reload or a closed page changes nothing.
import { ref, type Ref } from "vue";
import { ApiError } from "./api";
import { forget, keep, kept, type Place, type Typed, typedSince } from "./unsaved";

export interface Once<Answer> {
  waits: Ref<boolean>; // it was asked for, and nobody has answered
  remember: () => void; // what is typed now
  // Sends it; `later` is what was typed since. Whoever refuses it ends the waiting, silence does not.
  ask: () => Promise<{ answer: Answer; later: Typed | null }>;
  isAsTyped: () => boolean; // nothing was typed since it was sent
  anew: () => void; // nothing was typed or asked for
}
export function useOnce<Answer>(place: Place, typed: () => Typed, send: (body: Typed, key: string) => Promise<Answer>): Once<Answer> {
  const before = kept(place);
  let key = before?.key ?? crypto.randomUUID();
  let sent = before?.sent ?? null;
  const waits = ref(!!before?.key);
  const remember = (): void => keep(place, { ...typed(), ...(waits.value && { key, ...(sent && { sent }) }) });
  function anew(): void {
    key = crypto.randomUUID();
    sent = null;
    waits.value = false;
    forget(place);
  }
  async function ask(): Promise<{ answer: Answer; later: Typed | null }> {
    const body = (sent ??= typed());
    waits.value = true;
    remember();
    try {
      const answer = await send(body, key);
      anew();
      return { answer, later: typedSince(body, typed()) };
    } catch (problem) {
      waits.value = problem instanceof ApiError && problem.status === 0;
      if (!waits.value) sent = null;
      if (problem instanceof ApiError && problem.problem.code.startsWith("http.key.")) key = crypto.randomUUID(); // it is spent: who asks again asks anew
      remember();
      throw problem;
    }
  }
  return { waits, remember, ask, isAsTyped: () => !typedSince(sent ?? {}, typed()), anew };
}
