import { store } from "./store";

// Hands a file that the server made to the browser's own download.
export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// What comes out of a demonstration says so in its name, too.
export const fileName = (name: string, format: string): string => `${store.session?.workspace?.demo ? "DEMO-" : ""}${name}.${format}`;
