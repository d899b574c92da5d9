// What a step of a workflow means for whoever takes it, from the declared ways between the states.
import type { FieldDefinition, KindDefinition } from "./api";

type Step = KindDefinition["transitions"][number];
// What stands in the state was cancelled, refused or taken back: no next step is expected of it.
export const isGivenUp = (kind: KindDefinition | undefined, state: string): boolean => !!kind?.transitions.some((step) => step.gives_up && step.to === state);

const from = (kind: KindDefinition, state: string): Step[] => kind.transitions.filter((step) => step.from === state);
function leadsTo(kind: KindDefinition, state: string, wanted: string, seen = new Set<string>()): boolean {
  if (state === wanted) return true;
  if (seen.has(state)) return false;
  seen.add(state);
  return from(kind, state).some((step) => leadsTo(kind, step.to, wanted, seen));
}
// No way leads back, or something is given up: a person is asked first.
export const isFinal = (kind: KindDefinition, step: Step): boolean => step.gives_up || !leadsTo(kind, step.to, step.from);
export const canReturn = (kind: KindDefinition, step: Step): boolean => leadsTo(kind, step.to, step.from);
// The one step that undoes this one.
export const backOf = (kind: KindDefinition, step: Step): Step | undefined => from(kind, step.to).find((back) => back.to === step.from);
export const nextOf = from;

// A draft takes anything; some kinds have none and need everything from the first day on.
export const draftNeeds = (kind: KindDefinition, field: FieldDefinition): boolean => field.required && kind.complete_at_once;
// The steps from this state that wait for the field.
export const stepsNeeding = (kind: KindDefinition, field: FieldDefinition, state: string): Step[] =>
  from(kind, state).filter((step) => !step.gives_up && (step.needs.includes(field.name) || (field.required && step.to !== kind.states[0]?.name)));
