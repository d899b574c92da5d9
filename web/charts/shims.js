// JavaScriptCore without a browser has no structuredClone; specifications are plain JSON trees.
if (typeof globalThis.structuredClone !== "function") {
  const clone = (value) => {
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map(clone);
    if (value instanceof Date) return new Date(value.getTime());
    if (value instanceof Set) return new Set([...value].map(clone));
    if (value instanceof Map) return new Map([...value].map(([k, v]) => [clone(k), clone(v)]));
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, clone(v)]));
  };
  globalThis.structuredClone = clone;
}
