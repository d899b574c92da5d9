import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";
import vuetify from "vite-plugin-vuetify";

// One folder of hashed files that the server embeds; nothing is fetched from anywhere else.
export default defineConfig({
  plugins: [vue(), vuetify({ autoImport: true })],
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 900 },
  server: { proxy: { "/api": "http://127.0.0.1:8123" } },
});
