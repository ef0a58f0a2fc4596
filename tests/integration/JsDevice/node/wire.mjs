// The messages of docs/WIRE.md that a device makes and checks. Pure: no clock, no file, no socket.

import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { decode, encode, Tagged } from "./cbor.mjs";

const SIGN1 = 18;
const ALG = { es256: -7, eddsa: -8 };
const ORDER_P256 = BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

export const OPERATION = {
  sale: 1, auth: 2, increment: 3, capture: 4, void: 5, reverse: 6, refund: 7, voucher: 8, confirm: 9, status: 10,
};

const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();

function refuseUnless(holds, why) {
  if (!holds) throw new Error(why);
}

// --- keys (section 1) ---

export function makeKey(algorithm) {
  const pair = algorithm === "es256"
    ? generateKeyPairSync("ec", { namedCurve: "P-256" })
    : generateKeyPairSync("ed25519");
  return pair.privateKey.export({ format: "jwk" });
}

/** A device's own key, from the JWK that makeKey gave. */
export function privateKey(jwk) {
  const alg = jwk.kty === "EC" ? ALG.es256 : ALG.eddsa;
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  const point = (name) => Buffer.from(jwk[name], "base64url");
  const coseKey = alg === ALG.es256
    ? encode(new Map([[1, 2], [-1, 1], [-2, point("x")], [-3, point("y")]]))
    : encode(new Map([[1, 1], [-1, 6], [-2, point("x")]]));
  const signBytes = (bytes) =>
    alg === ALG.es256 ? sign("sha256", bytes, { key, dsaEncoding: "ieee-p1363" }) : sign(null, bytes, key);
  return { alg, coseKey, kid: kidOf(coseKey), sign: signBytes };
}

/** Somebody else's key, from its COSE_Key. */
export function publicKey(coseKey) {
  const members = decode(coseKey);
  const isP256 = members.get(1) === 2;
  const labels = isP256 ? "1,-1,-2,-3" : "1,-1,-2";
  refuseUnless([...members.keys()].join() === labels, "no COSE_Key of ours");
  refuseUnless(members.get(1) === (isP256 ? 2 : 1) && members.get(-1) === (isP256 ? 1 : 6), "no curve of ours");
  const coordinate = (label) => {
    const bytes = members.get(label);
    refuseUnless(Buffer.isBuffer(bytes) && bytes.length === 32, "a coordinate of another size");
    return bytes.toString("base64url");
  };
  const jwk = isP256
    ? { kty: "EC", crv: "P-256", x: coordinate(-2), y: coordinate(-3) }
    : { kty: "OKP", crv: "Ed25519", x: coordinate(-2) };
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const verifyBytes = (bytes, signature) => isP256
    ? isInRange(signature) && verify("sha256", bytes, { key, dsaEncoding: "ieee-p1363" }, signature)
    : verify(null, bytes, key, signature);
  return { alg: isP256 ? ALG.es256 : ALG.eddsa, kid: kidOf(coseKey), verify: verifyBytes };
}

const kidOf = (coseKey) => sha256(coseKey).subarray(0, 8);

/** Section 4: r and s are both in 1 … n-1. */
function isInRange(signature) {
  return [0, 32].every((at) => {
    const number = BigInt("0x" + signature.subarray(at, at + 32).toString("hex"));
    return number > 0n && number < ORDER_P256;
  });
}

// --- envelope (section 4) ---

const protectedOf = (alg, kid) => encode(new Map([[1, alg], [4, kid]]));

/** COSE's Sig_structure. The text "Signature1" is the only text anywhere, so it is written out here. */
function sigStructure(aad, header, payload) {
  return Buffer.concat([
    Buffer.from([0x84, 0x6a]), Buffer.from("Signature1", "ascii"),
    encode(header), encode(Buffer.from(aad, "ascii")), encode(payload),
  ]);
}

/** Returns the message to publish and the digest that names its content. */
export function signMessage(aad, key, payload) {
  const header = protectedOf(key.alg, key.kid);
  const signed = sigStructure(aad, header, payload);
  const message = encode(new Tagged(SIGN1, [header, new Map(), payload, key.sign(signed)]));
  return { message, digest: sha256(signed) };
}

/** Takes a decoded COSE_Sign1 apart and checks its signature; returns the payload, or throws. */
function openMessage(aad, key, item) {
  refuseUnless(item instanceof Tagged && item.tag === SIGN1, "no COSE_Sign1");
  refuseUnless(Array.isArray(item.value) && item.value.length === 4, "no envelope of ours");
  const [header, unprotected, payload, signature] = item.value;
  refuseUnless(unprotected instanceof Map && unprotected.size === 0, "something unprotected");
  refuseUnless([header, payload, signature].every(Buffer.isBuffer) && signature.length === 64, "no envelope of ours");
  refuseUnless(header.equals(protectedOf(key.alg, key.kid)), "signed by another key");
  refuseUnless(key.verify(sigStructure(aad, header, payload), signature), "the signature is wrong");
  return payload;
}

// --- requests (section 3) ---

/** Fields are given by name; absent ones are left out. */
export function requestPayload({
  operation, epoch, sequence, amount, currency, previous, reference, receipt, edge, payment, tick,
}) {
  const fields = [
    [1, operation], [2, epoch], [3, sequence], [5, amount], [6, currency], [8, previous], [9, reference], [10, receipt],
    [13, edge], [15, payment], [16, tick],
  ];
  return encode(new Map(fields.filter(([, value]) => value !== undefined)));
}

export function paymentId(kid, epoch, sequence) {
  const name = Buffer.alloc(12);
  name.writeUInt32BE(epoch, 0);
  name.writeBigUInt64BE(BigInt(sequence), 4);
  return sha256(Buffer.from("mqttpay1", "ascii"), kid, name).subarray(0, 16);
}

// --- config (section 5) ---

/** Returns what a config says, or throws: it is for this device, newer than the one held, and the cloud's. */
export function openConfig(message, cloudKey, kid, heldVersion) {
  const body = decode(openMessage("MqttPay/cfg/1", cloudKey, decode(message)));
  refuseUnless([...body.keys()].join() === "1,2,3,4,5,6,7,8", "no config-body");
  refuseUnless(kid.equals(body.get(1)), "a config for another device");
  refuseUnless(body.get(2) > heldVersion, "not newer than the one held");
  const edgeKey = body.get(5);
  return {
    version: body.get(2), epoch: body.get(3), edge: body.get(4), edgeKey: publicKey(edgeKey), currency: body.get(6),
    minor: body.get(8),
  };
}

// --- replies (section 5) ---

/** A hint, a final reply or a notice, parsed and nothing more. */
export function parseReply(message) {
  const reply = decode(message);
  refuseUnless(Array.isArray(reply), "no reply");
  if (reply[0] === 1 && reply.length === 5)
    return { kind: "hint", epoch: reply[1], sequence: reply[2], code: reply[3], retryMs: reply[4] };
  if (reply[0] === 2 && reply.length === 7) {
    const [, kid, digest, ...proof] = reply;
    refuseUnless(Buffer.isBuffer(kid) && kid.length === 8, "no kid");
    refuseUnless(Buffer.isBuffer(digest) && digest.length === 32, "no digest");
    return { kind: "notice", kid, digest, ...parseProof(proof) };
  }
  refuseUnless(reply[0] === 0 && reply.length === 6, "no reply of ours");
  const witness = reply[5];
  refuseUnless(Buffer.isBuffer(witness) && witness.length === 8, "no final reply");
  return { kind: "final", witness, ...parseProof(reply.slice(1, 5)) };
}

function parseProof([decisionBytes, index, path, signedRound]) {
  refuseUnless(Buffer.isBuffer(path) && path.length <= 320 && path.length % 32 === 0, "no path");
  refuseUnless(Number.isSafeInteger(index), "no index");
  const decision = decode(decisionBytes);
  return {
    decisionBytes, index, path, signedRound,
    epoch: decision.get(1), sequence: decision.get(2), code: decision.get(3), amount: decision.get(4) ?? 0,
    lease: decision.get(6), holdSeconds: decision.get(7) ?? 0,
  };
}

/** The checks of section 5 in their order. Returns the receipt, or throws with the first that fails. */
export function checkFinal(reply, config, name, digest) {
  refuseUnless(reply.epoch === name.epoch && reply.sequence === name.sequence, "a reply to another request");
  const header = checkProof(reply, config, digest);
  return { edge: header.get(1), fence: header.get(2), round: header.get(4), witness: reply.witness };
}

/** The checks of a notice. Returns the payment and what is held for it, or throws. */
export function checkNotice(notice, config) {
  refuseUnless(notice.code === 0, "a notice of nothing");
  checkProof(notice, config, notice.digest);
  return { payment: paymentId(notice.kid, notice.epoch, notice.sequence), amount: notice.amount };
}

function checkProof(reply, config, digest) {
  const header = decode(openMessage("MqttPay/rnd/1", config.edgeKey, reply.signedRound));
  refuseUnless([...header.keys()].join() === "1,2,3,4,5,6,7,8", "no round-hdr");
  refuseUnless(header.get(1) === config.edge, "another edge");
  const leaf = sha256(Buffer.from([0]), digest, reply.decisionBytes);
  refuseUnless(isIncluded(leaf, reply.index, header.get(5), reply.path, header.get(7)), "the round does not hold it");
  return header;
}

function isIncluded(leaf, index, count, path, tree) {
  if (index >= count) return false;
  let [fn, sn, r] = [index, count - 1, leaf];
  for (let at = 0; at < path.length; at += 32) {
    if (sn === 0) return false;
    const p = path.subarray(at, at + 32);
    if (fn % 2 === 1 || fn === sn) {
      r = sha256(Buffer.from([1]), p, r);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else {
      r = sha256(Buffer.from([1]), r, p);
    }
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  return sn === 0 && r.equals(tree);
}
