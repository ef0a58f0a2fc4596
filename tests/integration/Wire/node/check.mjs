// Verifies the ES256 messages of the vector files with two independent COSE libraries, and makes messages with both.
// Prints one JSON object: how many each library verified, and what each made.
import { readFileSync } from 'node:fs';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { Sign1, ProtectedHeaders, Headers, Algorithms } from '@auth0/cose';
import cose from 'cose-js';

const [vectors] = process.argv.slice(2);
const read = (file) => JSON.parse(readFileSync(`${vectors}/${file}`, 'utf8'));
const hex = (text) => Buffer.from(text, 'hex');

const aad = Buffer.from('MqttPay/req/1');
const otherAad = Buffer.from('MqttPay/rnd/1');
const key = read('keys.json').keys.find((one) => one.name === 'device-es256');
const [x, y, d] = [hex(key.public_key).subarray(8, 40), hex(key.public_key).subarray(43), hex(key.secret)];
const jwk = { kty: 'EC', crv: 'P-256', x: x.toString('base64url'), y: y.toString('base64url') };
const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
const privateKey = createPrivateKey({ key: { ...jwk, d: d.toString('base64url') }, format: 'jwk' });

const requests = read('requests.json').requests.filter((one) => one.fields.kid === key.kid);

async function refuses(verify) {
  try {
    await verify();
  } catch {
    return;
  }
  throw new Error('a signature was accepted under another external_aad');
}

async function verifyByCoseJs(message) {
  const verify = (externalAAD) => cose.sign.verify(message, { key: { x, y }, externalAAD });
  await refuses(() => verify(otherAad));
  return verify(aad);
}

async function verifyByAuth0(message) {
  const verify = (externalAAD) => Sign1.decode(message).verify(publicKey, { externalAAD });
  await refuses(() => verify(otherAad));
  await verify(aad);
  return Sign1.decode(message).payload;
}

async function makeByCoseJs(payload) {
  const headers = { p: { alg: 'ES256', kid: hex(key.kid) }, u: {} };
  return cose.sign.create(headers, payload, { key: { d }, externalAAD: aad });
}

async function makeByAuth0(payload) {
  const header = new ProtectedHeaders([[Headers.Algorithm, Algorithms.ES256], [Headers.KeyID, hex(key.kid)]]);
  return (await Sign1.sign(header, undefined, payload, privateKey)).encode();
}

const result = { verified: { 'cose-js': 0, '@auth0/cose': 0 }, made: [] };
for (const { message, payload } of requests) {
  for (const [library, verify] of [['cose-js', verifyByCoseJs], ['@auth0/cose', verifyByAuth0]]) {
    const seen = await verify(hex(message));
    if (!Buffer.from(seen).equals(hex(payload))) throw new Error(`${library} read another payload`);
    result.verified[library]++;
  }
  // @auth0/cose signs without an external_aad only.
  const made = [['cose-js', aad, await makeByCoseJs(hex(payload))],
      ['@auth0/cose', '', await makeByAuth0(hex(payload))]];
  for (const [library, signedAad, bytes] of made)
    result.made.push({ library, aad: signedAad.toString(), message: Buffer.from(bytes).toString('hex'), payload });
}
console.log(JSON.stringify(result));
