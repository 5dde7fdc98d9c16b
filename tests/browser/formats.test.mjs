// What machines read, through parsers of others: feeds (feedsmith), schemas (ajv), time maps (http-link-header) and
// JSON-LD (jsonld). Contexts are files here; nothing is fetched.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import addFormats from "ajv-formats";
import Ajv from "ajv/dist/2020.js";
import { parseAtomFeed, parseJsonFeed } from "feedsmith";
import LinkHeader from "http-link-header";
import jsonld from "jsonld";

import { ROOT, SLUGS, TODAY, copyOfSite, folder, vellum } from "./harness.mjs";

const BASE = "https://example.org/legal/";
const SCHEMA = "https://schema.org/";
const DPV = "https://w3id.org/dpv#";

let out;
let removes;

before(async () => {
  const [site, made] = await Promise.all([copyOfSite(), folder()]);
  removes = [site.remove, made.remove];
  out = path.join(made.made, "public");
  vellum("--root", site.root, "--as-of", TODAY, "build", "--base-url", BASE, "--out", out);
});
after(() => Promise.all((removes ?? []).map((remove) => remove())));

const text = (name) => readFileSync(path.join(out, name), "utf8");
const json = (name) => JSON.parse(text(name));
const versions = (slug) => json(`policies/${slug}/versions.json`).versions;

/** Every place below the output that a link of the site leads to is there. */
function there(url) {
  assert.ok(url.startsWith(BASE), url);
  const name = url.slice(BASE.length).replace(/#.*/, "");
  assert.ok(existsSync(path.join(out, name.endsWith("/") || name === "" ? `${name}index.html` : name)), url);
}

test("feedsmith reads both forms of each feed, and finds the same items", () => {
  for (const place of ["policies/", ...SLUGS.map((slug) => `policies/${slug}/`)]) {
    const atom = parseAtomFeed(text(`${place}feed.atom`));
    const feed = parseJsonFeed(text(`${place}feed.json`));
    assert.equal(feed.title, atom.title.value);
    assert.equal(feed.home_page_url, `${BASE}${place}`);
    assert.equal(feed.feed_url, `${BASE}${place}feed.json`);
    const entries = atom.entries.map((entry) => ({
      id: entry.id,
      title: entry.title.value,
      text: entry.summary.value,
      date: new Date(entry.published).toISOString(),
      url: entry.links.find((link) => link.rel === "alternate").href,
    }));
    const items = feed.items.map((item) => ({
      id: item.id,
      title: item.title,
      text: item.content_text,
      date: new Date(item.date_published).toISOString(),
      url: item.url,
    }));
    assert.ok(items.length > 1, place);
    assert.equal(new Set(items.map((item) => item.id)).size, items.length, "ids are unique");
    assert.ok(items.every((item) => item.id.startsWith("tag:")));
    assert.deepEqual(items, entries);
    items.forEach((item) => there(item.url));
  }
});

test("both forms of a feed carry the heads of the ledgers", () => {
  const heads = Object.fromEntries(json("policies.json").policies.map((policy) => [policy.id, policy.head]));
  assert.deepEqual(json("policies/feed.json")._vellum.heads, heads);
  for (const slug of SLUGS) {
    assert.deepEqual(json(`policies/${slug}/feed.json`)._vellum.heads, { [slug]: heads[slug] });
    assert.ok(text(`policies/${slug}/feed.atom`).includes(`<vellum:head policy="${slug}">${heads[slug]}</vellum:head>`));
  }
});

/** Every object of a schema says what each member is, and allows no other. */
function complete(schema, at = "") {
  if (schema === null || typeof schema !== "object") return [];
  const found = [];
  if (schema.properties) {
    if (schema.additionalProperties !== false) found.push(`${at}: other members are allowed`);
    for (const [name, member] of Object.entries(schema.properties)) {
      if (!member.description) found.push(`${at}/${name}: has no description`);
      if (!schema.required?.includes(name)) found.push(`${at}/${name}: is not required`);
    }
  }
  return [...found, ...Object.entries(schema).flatMap(([key, value]) => complete(value, `${at}/${key}`))];
}

test("ajv finds that the manifests fit their schemas, and the schemas are complete", () => {
  const ajv = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true });
  addFormats(ajv);
  const kept = Object.fromEntries(readdirSync(path.join(out, "schemas")).map((name) => [name, json(`schemas/${name}`)]));
  const judges = Object.fromEntries(Object.entries(kept).map(([name, schema]) => [name, ajv.compile(schema)]));
  for (const [name, schema] of Object.entries(kept)) assert.deepEqual(complete(schema, name), []);
  const fits = (name, file) => {
    const value = json(file);
    assert.equal(value.schema, `${BASE}schemas/${name}`);
    assert.ok(judges[name](value), `${file}: ${ajv.errorsText(judges[name].errors)}`);
    assert.equal(judges[name]({ ...value, other: 1 }), false);
  };
  fits("policies.json", "policies.json");
  for (const slug of SLUGS) {
    fits("versions.json", `policies/${slug}/versions.json`);
    for (const { version } of versions(slug)) {
      const file = `policies/${slug}/v/${version}/disclosures.json`;
      if (existsSync(path.join(out, file))) fits("disclosures.json", file);
    }
  }
});

test("http-link-header reads the time maps: what has bound, from when", () => {
  for (const slug of SLUGS) {
    const map = LinkHeader.parse(text(`policies/${slug}/timemap`).trim().replaceAll("\n", " "));
    assert.equal(map.rel("original")[0].uri, `${BASE}policies/${slug}/`);
    const [self] = map.rel("self");
    assert.equal(self.uri, `${BASE}policies/${slug}/timemap`);
    const mementos = map.rel("memento");
    const bound = versions(slug).filter((version) => version.effective <= TODAY);
    assert.deepEqual(mementos.map((ref) => ref.uri), bound.map((version) => version.url));
    const moments = mementos.map((ref) => ref.datetime);
    for (const [at, moment] of moments.entries()) {
      assert.equal(new Date(moment).toUTCString(), moment);
      const day = new Date(moment).toLocaleDateString("sv-SE", { timeZone: "Europe/London" });
      assert.equal(day, bound[at].effective);
    }
    assert.deepEqual([self.from, self.until], [moments[0], moments.at(-1)]);
    assert.deepEqual(map.rel("first").map((ref) => ref.uri), [mementos[0].uri]);
    assert.deepEqual(map.rel("last").map((ref) => ref.uri), [mementos.at(-1).uri]);
    mementos.forEach((ref) => there(ref.uri));
  }
});

const contexts = fileURLToPath(new URL("contexts/", import.meta.url));
async function documentLoader(url) {
  assert.equal(url, "https://schema.org", "no other context is asked for");
  const document = JSON.parse(readFileSync(path.join(contexts, "schema.org.json"), "utf8"));
  return { contextUrl: null, document, documentUrl: url };
}

/** The JSON-LD of a page, expanded. */
async function expanded(page) {
  const [, script] = text(page).match(/<script type="?application\/ld\+json"?>(.*?)<\/script>/s);
  const [found] = await jsonld.expand(JSON.parse(script), { documentLoader, safe: true });
  return found;
}
const value = (node, name) => node[`${SCHEMA}${name}`].map((one) => one["@value"] ?? one["@id"]);

test("jsonld reads what each version's page is, with the hashes of its text", async () => {
  for (const slug of SLUGS) {
    for (const version of versions(slug)) {
      const page = await expanded(`policies/${slug}/v/${version.version}/index.html`);
      assert.deepEqual([page["@id"], page["@type"]], [version.url, [`${SCHEMA}WebPage`]]);
      assert.deepEqual(value(page, "version"), [version.version]);
      assert.deepEqual(value(page, "datePublished"), [version.published]);
      assert.deepEqual(value(page, "dateModified"), [version.published]);
      assert.deepEqual(value(page, "inLanguage"), ["en-GB"]);
      const files = page[`${SCHEMA}encoding`].map((file) => [value(file, "contentUrl")[0], value(file, "sha256")[0]]);
      assert.deepEqual(files, [
        [version.text_url, version.sha256],
        [`${version.url}text.txt`, version.text_sha256],
      ]);
      files.forEach(([url]) => there(url));
    }
    const [current] = versions(slug).filter((version) => version.status === "in force");
    const page = await expanded(`policies/${slug}/index.html`);
    assert.equal(page["@id"], `${BASE}policies/${slug}/`);
    assert.deepEqual(value(page, "version"), [current.version]);
    assert.deepEqual(value(page, "dateModified"), [current.effective]);
  }
});

test("jsonld reads the disclosures in DPV's terms, the same as are shown", async () => {
  let seen = 0;
  for (const slug of SLUGS) {
    for (const { version, url } of versions(slug)) {
      const folder = `policies/${slug}/v/${version}/`;
      if (!existsSync(path.join(out, `${folder}disclosures.json`))) continue;
      seen += 1;
      const said = json(`${folder}disclosures.json`);
      const [notice] = await jsonld.expand(json(`${folder}disclosures.jsonld`), { documentLoader, safe: true });
      assert.deepEqual([notice["@id"], notice["@type"]], [url, [`${DPV}PrivacyNotice`]]);
      const labels = (node, name) =>
        (node[`${DPV}${name}`] ?? []).map((one) => one["http://www.w3.org/2004/02/skos/core#prefLabel"][0]["@value"]);
      const processes = notice[`${DPV}hasProcess`].map((process) => ({
        name: labels(process, "hasPurpose")[0],
        data: labels(process, "hasPersonalData"),
        recipients: labels(process, "hasRecipient"),
        keep: process[`${DPV}hasStorageCondition`].map((one) => one[`${DPV}hasDuration`][0]["@value"]),
        bases: process[`${DPV}hasLegalBasis`].length,
      }));
      const wanted = said.purposes.map((purpose) => ({
        name: purpose.name,
        data: purpose.data.map((one) => one.label),
        recipients: purpose.recipients.map((id) => said.recipients.find((one) => one.id === id).name),
        keep: purpose.retention ? [purpose.retention.keep] : [],
        bases: purpose.basis.length,
      }));
      assert.deepEqual(processes, wanted);
      const page = text(`${folder}index.html`);
      for (const { clause_url: clause } of [...said.purposes, ...said.recipients]) {
        const id = clause.slice(url.length + 1);
        assert.ok(page.includes(`id="${id}"`) || page.includes(`id=${id}`), clause);
      }
      const triples = await jsonld.toRDF(json(`${folder}disclosures.jsonld`), { documentLoader, safe: true });
      assert.ok(triples.length > 10);
    }
  }
  assert.ok(seen > 3);
});

test("the links between versions lead where the record says (RFC 5829, RFC 7089)", () => {
  const links = (page) => {
    const found = [...text(page).matchAll(/<link ([^>]*)>/g)].map(([, attributes]) =>
      Object.fromEntries([...attributes.matchAll(/([a-z]+)=(?:"([^"]*)"|(\S+))/g)].map(([, name, one, two]) => [name, one ?? two])));
    return (rel) => found.filter((link) => link.rel === rel).map((link) => new URL(link.href, BASE).href);
  };
  for (const slug of SLUGS) {
    const own = `${BASE}policies/${slug}/`;
    const all = versions(slug);
    for (const [at, version] of all.entries()) {
      const rel = links(`policies/${slug}/v/${version.version}/index.html`);
      assert.deepEqual(rel("latest-version"), [own]);
      assert.deepEqual(rel("version-history"), [`${own}history/`]);
      assert.deepEqual(rel("predecessor-version"), at > 0 ? [all[at - 1].url] : []);
      assert.deepEqual(rel("successor-version"), at + 1 < all.length ? [all[at + 1].url] : []);
      assert.deepEqual(rel("timemap"), [`${own}timemap`]);
      assert.deepEqual(rel("original"), version.effective <= TODAY ? [own] : []);
      [...rel("alternate"), ...rel("describedby"), ...rel("timemap"), ...rel("latest-version")].forEach(there);
    }
    assert.deepEqual(links(`policies/${slug}/index.html`)("original"), []);
  }
});

test("hosts are told what each kind of file is", () => {
  const rules = text("_headers");
  for (const [name, type] of [
    ["policies/:policy/timemap", "application/link-format"],
    ["policies/:policy/feed.json", "application/feed+json"],
    ["policies/feed.json", "application/feed+json"],
    ["policies/:policy/v/:version/disclosures.jsonld", "application/ld+json"],
  ]) {
    assert.ok(rules.includes(`/legal/${name}\n  Access-Control-Allow-Origin: *\n  Content-Type: ${type}\n`), name);
  }
});
