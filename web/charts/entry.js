// What hamdil-draw runs: a Vega-Lite (or Vega) specification in, an SVG out. No network, no files, no clock.
import "./shims.js";
import * as vega from "vega";
import * as vegaLite from "vega-lite";
import {textMetrics} from "vega-scenegraph";

// Without a canvas Vega guesses 0.8 x characters x size and cuts labels: ask the host, which measures with Pango.
const lines = (text) => (Array.isArray(text) ? text : String(text ?? "").split("\n"));
textMetrics.width = (item, text) => {
  const size = item.fontSize ?? 11;
  const bold = item.fontWeight === "bold" || Number(item.fontWeight) >= 600;
  return Math.max(0, ...lines(text).map((line) => globalThis.hamdilTextWidth(String(line), size, bold ? 1 : 0)));
};

const noLoader = {
  load: () => Promise.reject(new Error("a chart may not load anything")),
  sanitize: () => Promise.reject(new Error("a chart may not link anything")),
  http: () => Promise.reject(new Error("a chart may not load anything")),
  file: () => Promise.reject(new Error("a chart may not load anything")),
};

// Vega writes fills as they are given; the pattern that "url(#hamdil-hatch)" means is added here.
const kHatch = '<defs><pattern id="hamdil-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
  '<rect width="7" height="7" fill="#ffffff"/><rect width="2" height="7" fill="#b8c2cb"/></pattern></defs>';
const withPatterns = (svg) => svg.includes("url(#hamdil-hatch)") ? svg.replace(/(<svg[^>]*>)/, "$1" + kHatch) : svg;

let outcome = null;

globalThis.hamdilDraw = (text, font) => {
  outcome = {error: "the drawing did not finish"};
  try {
    const given = JSON.parse(text);
    const isVega = String(given.$schema ?? "").includes("/vega/");
    const config = {font, ...(given.config ?? {})};
    const problems = [];
    const logger = vega.logger(vega.Warn);
    logger.warn = (...parts) => (problems.push(parts.join(" ")), logger);
    logger.error = (...parts) => (problems.push(parts.join(" ")), logger);
    const spec = isVega ? {...given, config} : vegaLite.compile({...given, config}, {logger}).spec;
    const view = new vega.View(vega.parse(spec), {renderer: "none", loader: noLoader, logger});
    view.toSVG().then(
      (svg) => { outcome = {svg: withPatterns(svg), problems}; view.finalize(); },
      (error) => { outcome = {error: String(error)}; });
  } catch (error) {
    outcome = {error: String(error)};
  }
};
globalThis.hamdilOutcome = () => JSON.stringify(outcome);
