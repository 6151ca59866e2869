/**
 * Reader of the safetensors container: an 8-byte length, a JSON header, raw little-endian data.
 *
 * The server aligns every tensor, so the arrays are views of the answer and nothing is copied.
 */

/** @typedef {Float32Array|Int32Array|Int16Array|Int8Array|Uint8Array} TypedArray */
/** @typedef {{shape: number[], data: TypedArray}} Tensor */

/** @type {Record<string, {new (buffer: ArrayBuffer, offset: number, length: number): TypedArray, BYTES_PER_ELEMENT: number}>} */
const ARRAYS = {
  F32: Float32Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U8: Uint8Array,
};

/**
 * @param {ArrayBuffer} buffer
 * @returns {{metadata: Record<string, string>, tensors: Map<string, Tensor>}}
 * @throws {RangeError} if the container is cut short or holds a type that is not read here
 */
export function readSafetensors(buffer) {
  if (buffer.byteLength < 8) throw new RangeError("a safetensors answer has at least 8 bytes");
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  if (8 + length > buffer.byteLength) throw new RangeError("the safetensors header is cut short");
  const text = new TextDecoder().decode(new Uint8Array(buffer, 8, length));
  /** @type {Record<string, any>} */
  const header = JSON.parse(text);
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = new Map();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(entries)) {
    const ArrayType = ARRAYS[dtype];
    if (!ArrayType)
      throw new RangeError(`tensor ${name} has type ${dtype}, which is not read here`);
    const [begin, end] = data_offsets;
    const count = (end - begin) / ArrayType.BYTES_PER_ELEMENT;
    tensors.set(name, { shape, data: new ArrayType(buffer, 8 + length + begin, count) });
  }
  return { metadata, tensors };
}
