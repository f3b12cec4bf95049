#!/usr/bin/env node
// A long-lived ONNX Runtime beside MiniTorch: a request a line on stdin, an answer a line on stdout, both JSON.
//   {"do": "load", "model": F, "input": [name, type, shape, file], "result": F} -> {}    raw little-endian files
//   {"do": "time", "seconds": S} -> {"median": ms, "min": ms, "runs": n}      {"do": "drop"} -> {}
// usage: node onnxruntime_peer.js THREADS FOLDER    (npm install onnxruntime-node in the folder)
'use strict';
const fs = require('fs');
const readline = require('readline');
const home = process.argv[3] || '.';
const ort = require(require.resolve('onnxruntime-node', { paths: [home] }));
const version = require(require.resolve('onnxruntime-node/package.json', { paths: [home] })).version;

const options = {
  intraOpNumThreads: Number(process.argv[2]), interOpNumThreads: 1, executionMode: 'sequential',
  graphOptimizationLevel: 'all', logSeverityLevel: 3,
};
const TYPES = { f32: ['float32', Float32Array], i64: ['int64', BigInt64Array] };
let session = null;
let feeds = null;

async function load({ model, input: [, type, shape, file], result }) {
  session = await ort.InferenceSession.create(model, options);
  const bytes = fs.readFileSync(file);
  const [name, Numbers] = TYPES[type];
  const data = new Numbers(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  feeds = { [session.inputNames[0]]: new ort.Tensor(name, data, shape) };
  const { data: y } = (await session.run(feeds))[session.outputNames[0]];
  fs.writeFileSync(result, Buffer.from(y.buffer, y.byteOffset, y.byteLength));
  return {};
}

async function timed(seconds, least) {
  const taken = [];
  for (const start = performance.now(); taken.length < least || performance.now() - start < seconds * 1e3;) {
    const at = performance.now();
    await session.run(feeds);
    taken.push(performance.now() - at);
  }
  return taken.sort((a, b) => a - b);
}

async function time({ seconds }) {
  await timed(seconds / 10, 1);
  const taken = await timed(seconds, 1);
  return { median: taken[taken.length >> 1], min: taken[0], runs: taken.length };
}

async function drop() {
  if (session) await session.release();
  session = feeds = null;
  return {};
}

async function main() {
  const doors = { load, time, drop };
  console.log(JSON.stringify({ ready: `ONNX Runtime ${version}` }));
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const ask = JSON.parse(line);
    const answer = await doors[ask.do](ask).catch(e => ({ error: e.message.split('\n')[0] }));
    console.log(JSON.stringify(answer));
  }
}

main();
