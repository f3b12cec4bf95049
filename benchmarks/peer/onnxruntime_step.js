#!/usr/bin/env node
// Times models of ONNX in ONNX Runtime: rows of name, threads, median ms, min ms. BUDGET=seconds a row, 1.
// usage: node onnxruntime_step.js THREADS FOLDER...    (npm install onnxruntime-node, in the folder that it is run from)
// A folder has model.onnx and test_data_set_0 with input_0.pb and output_0.pb; its results are compared first.
'use strict';
const path = require('path');
const ort = require(require.resolve('onnxruntime-node', { paths: [process.cwd()] }));
const { readTensor, difference, TYPES } = require('../../tests/peer/onnxruntime_check.js');

const BUDGET = Number(process.env.BUDGET ?? 1) * 1e3;

async function bench(run) {
  for (let i = 0; i < 3; i++) await run();
  const taken = [];
  for (const start = performance.now(); taken.length < 5 || performance.now() - start < BUDGET;) {
    const at = performance.now();
    await run();
    taken.push(performance.now() - at);
  }
  taken.sort((a, b) => a - b);
  return [taken[taken.length >> 1], taken[0]];
}

async function main(threads, folders) {
  for (const folder of folders) {
    const [input, output] = ['input', 'output'].map(k => readTensor(path.join(folder, 'test_data_set_0', `${k}_0.pb`)));
    const options = { intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: 'sequential', logSeverityLevel: 3 };
    const session = await ort.InferenceSession.create(path.join(folder, 'model.onnx'), options);
    const feeds = { [session.inputNames[0]]: new ort.Tensor(TYPES[input.type][0], input.data, input.dims) };
    const differs = difference(output, (await session.run(feeds))[session.outputNames[0]]);
    if (differs) throw new Error(`${folder}: ${differs}`);
    const [median, least] = await bench(() => session.run(feeds));
    console.log(`${path.basename(folder)} ${threads} ${median.toFixed(4)} ${least.toFixed(4)}`);
  }
}

main(Number(process.argv[2]), process.argv.slice(3)).catch(e => {
  console.error(`onnxruntime_step.js: ${e.message}`);
  process.exitCode = 1;
});
