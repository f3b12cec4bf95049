#!/usr/bin/env node
// Runs models of ONNX in ONNX Runtime and compares with what MiniTorch's oracle gives: see README.md beside this file.
// usage: node onnxruntime_check.js FOLDER    (npm install onnxruntime-node, in the folder that it is run from)
'use strict';
const fs = require('fs');
const path = require('path');
const ort = require(require.resolve('onnxruntime-node', { paths: [process.cwd()] }));

// element type of ONNX: the name in ONNX Runtime, how its bytes are read, the share of the largest value that may differ
const TYPES = {
  1: ['float32', Float32Array, 1e-4], 2: ['uint8', Uint8Array, 0], 6: ['int32', Int32Array, 0],
  7: ['int64', BigInt64Array, 0], 9: ['bool', Uint8Array, 0],
  10: ['float16', Uint16Array, 4e-3], 11: ['float64', Float64Array, 1e-7],
};

// The fields of a protocol buffer that TensorProto needs: dims 1, data_type 2, name 8, raw_data 9.
function readTensor(file) {
  const bytes = fs.readFileSync(file);
  const tensor = { dims: [], type: 0, name: '', raw: new Uint8Array(0) };
  let at = 0;
  const varint = () => {
    for (let value = 0n, shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(value);
    }
  };
  while (at < bytes.length) {
    const key = varint();
    if ((key & 7) === 0) {
      const value = varint();
      if (key >> 3 === 1) tensor.dims.push(value);
      if (key >> 3 === 2) tensor.type = value;
      continue;
    }
    if ((key & 7) !== 2) throw new Error(`${file} has a field that TensorProto lacks`);
    const length = varint();
    const part = Uint8Array.from(bytes.subarray(at, at + length));
    at += length;
    if (key >> 3 === 8) tensor.name = Buffer.from(part).toString('utf8');
    if (key >> 3 === 9) tensor.raw = part;
  }
  const [, Array] = TYPES[tensor.type] ?? [];
  return Array ? { ...tensor, data: new Array(tensor.raw.buffer) } : tensor;
}

function half(bits) {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent ? sign * 2 ** (exponent - 15) * (1 + fraction / 1024) : sign * 2 ** -24 * fraction;
}

function difference(want, got) {
  const [type, , share] = TYPES[want.type];
  if (got.type !== type || got.dims.join() !== want.dims.join())
    return `is ${got.type}[${got.dims}], expected ${type}[${want.dims}]`;
  const number = want.type === 10 ? half : Number;
  const [x, y] = [Array.from(want.data, number), Array.from(got.data, got.data instanceof Uint16Array ? half : Number)];
  const scale = x.reduce((most, v) => (Number.isFinite(v) ? Math.max(most, Math.abs(v)) : most), 0);
  const exact = want.type === 7 ? i => want.data[i] === got.data[i] : i => x[i] === y[i];
  const same = i => exact(i) || (Number.isNaN(x[i]) && Number.isNaN(y[i])) || Math.abs(x[i] - y[i]) <= share * scale;
  const bad = x.findIndex((_, i) => !same(i));
  return bad < 0 ? null : `[${bad}] is ${y[bad]}, expected ${x[bad]}`;
}

async function check(folder) {
  const number = file => parseInt(file.split('_')[1], 10);
  const files = kind => fs.readdirSync(folder).filter(f => f.startsWith(kind))
    .sort((a, b) => number(a) - number(b)).map(f => readTensor(path.join(folder, f)));
  const [inputs, outputs] = [files('input_'), files('output_')];
  if ([...inputs, ...outputs].some(t => !TYPES[t.type])) return 'skipped: ONNX Runtime for Node has no tensors of bfloat16';
  const session = await ort.InferenceSession.create(path.join(folder, '..', 'model.onnx'), { logSeverityLevel: 4 });
  const feeds = Object.fromEntries(inputs.map(t => [t.name, new ort.Tensor(TYPES[t.type][0], t.data, t.dims)]));
  const results = await session.run(feeds);
  for (const [i, want] of outputs.entries()) {
    const found = difference(want, results[session.outputNames[i]]);
    if (found) return `differs: ${session.outputNames[i]} ${found}`;
  }
  return 'agrees';
}

async function main(root) {
  const counts = { agrees: 0, skipped: 0, differs: 0 };
  for (const name of fs.readdirSync(root).sort()) {
    let verdict;
    try {
      verdict = await check(path.join(root, name, 'test_data_set_0'));
    } catch (e) {
      verdict = `differs: ${String(e.message).split('\n')[0]}`;
    }
    counts[verdict.split(':')[0]]++;
    if (verdict !== 'agrees') console.log(`${name} ${verdict}`);
  }
  console.log(`${counts.agrees} agree, ${counts.skipped} skipped, ${counts.differs} differ`);
  process.exitCode = counts.differs === 0 ? 0 : 1;
}

if (require.main === module) main(process.argv[2]);
module.exports = { readTensor, difference, TYPES };
