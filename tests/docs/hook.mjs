// What an example prints is compared as JSON; the status of its last answer goes to a file.
import { writeFileSync } from "node:fs";

const plain = console.log;
console.log = (...values) =>
  plain(...values.map((value) => (typeof value === "object" ? JSON.stringify(value) : value)));

const fetched = globalThis.fetch;
globalThis.fetch = async (...request) => {
  const response = await fetched(...request);
  writeFileSync(process.env.DOCS_STATUS, String(response.status));
  return response;
};
