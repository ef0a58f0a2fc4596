// A payment device in JavaScript, by docs/WIRE.md. Each step prints one line of JSON.
//
//   node device.mjs key FILE es256|eddsa
//   node device.mjs run FILE mqtt://HOST:PORT 4|5 PASSWORD CLOUD-KEY STEP…
//
//   a payer's steps    sale:AMOUNT  auth:AMOUNT  increment:AMOUNT  voucher:USED  reverse  repeat  status
//   a payee's steps    listen  notice[:PAYMENT]  capture:AMOUNT  void  refund:AMOUNT
//
// FILE is the device's memory: its key, and all that must outlive a power cut. A step ends with a checked reply; each
// one makes a new connection, so repeat and status meet the edge as after a restart.

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { once } from "node:events";
import mqtt from "mqtt";
import {
  checkFinal, checkNotice, makeKey, OPERATION, openConfig, parseReply, paymentId, privateKey, publicKey, requestPayload, signMessage,
} from "./wire.mjs";

const ANSWER_WITHIN_MS = 30_000;
const RESEND_AFTER_MS = 2_000;
const SAME_BYTES_LATER = [18, 21, 22];
const ZERO16 = "00".repeat(16);

const print = (line) => process.stdout.write(JSON.stringify(line) + "\n");
const hex = (text) => Buffer.from(text, "hex");

/** Returns when the state is on disk: nothing that depends on it may leave the device before. */
function store(file, state) {
  const next = openSync(file + ".new", "w", 0o600);
  writeSync(next, JSON.stringify(state));
  fsyncSync(next);
  closeSync(next);
  renameSync(file + ".new", file);
}

/** A hint after which the same bytes are of no use. */
class Over extends Error {}

class Device {
  constructor(file, login, cloudKey) {
    this.file = file;
    this.login = login;
    this.cloudKey = publicKey(hex(cloudKey));
    this.state = JSON.parse(readFileSync(file, "utf8"));
    this.key = privateKey(this.state.key);
    this.kid = this.key.kid.toString("hex");
    if (this.state.config) this.config = openConfig(hex(this.state.config), this.cloudKey, this.key.kid, 0);
  }

  async step(step) {
    const [verb, given] = step.split(":");
    const link = await this.connect();
    try {
      await this.until(link, () => this.config);
      const { state } = this;
      const amount = Number(given);
      switch (verb) {
        case "listen": return print({ event: "listen", edge: this.config.edge });
        case "sale": return await this.request(link, verb, { amount });
        case "auth": return await this.hold(link, amount);
        case "increment": return await this.grow(link, amount);
        case "voucher": return await this.vouch(link, amount);
        case "reverse": return await this.request(link, verb, { reference: state.last.sequence });
        case "repeat": return await this.ask(link, "repeat", state.last, hex(state.last.message));
        case "status": return await this.ask(link, "status", state.last, this.status({ reference: state.last.sequence }));
        case "notice": return await this.notice(link, given);
        case "capture": return await this.request(link, verb, { amount, payment: hex(state.noted.payment) });
        case "void": return await this.request(link, verb, { payment: hex(state.noted.payment) });
        case "refund": return await this.request(link, verb, { amount, payment: hex(state.noted.payment) });
        default: throw new Error(`no such step: ${step}`);
      }
    } finally {
      await link.client.endAsync();
    }
  }

  /** Logs in with client id = user name = kid, and hears its two topics. */
  async connect() {
    const { url, version, password } = this.login;
    const client = mqtt.connect(url, {
      protocolVersion: version, clientId: this.kid, username: this.kid, password, clean: false, reconnectPeriod: 0,
      ...(version === 5 ? { properties: { sessionExpiryInterval: 600 } } : {}),
    });
    const link = { client, replies: [], wake: () => {} };
    // Heard from the first moment: what a session kept comes right behind the CONNACK.
    client.on("message", (topic, payload) => {
      if (topic === `p/${this.kid}/c`) this.takeConfig(payload);
      else if (topic === `p/${this.kid}/r`) link.replies.push(payload);
      link.wake();
    });
    await once(client, "connect");
    await client.subscribeAsync([`p/${this.kid}/r`, `p/${this.kid}/c`], { qos: 1 });
    return link;
  }

  /** A config that fails a check is ignored; the one that is held stays. */
  takeConfig(message) {
    if (message.toString("hex") === this.state.config) return;   // It is retained, so it comes with each connection.
    let config;
    try {
      config = openConfig(message, this.cloudKey, this.key.kid, this.config?.version ?? 0);
    } catch (fault) {
      return print({ event: "config_ignored", why: fault.message });
    }
    const isNewEpoch = config.epoch !== this.config?.epoch;
    this.config = config;
    if (isNewEpoch) Object.assign(this.state, { sequence: 0, previous: ZERO16, open: null });
    this.state.config = message.toString("hex");
    store(this.file, this.state);
    print({ event: "config", version: config.version, epoch: config.epoch, edge: config.edge });
  }

  /** The open request first, whatever was asked: one at a time. */
  request(link, verb, { amount, reference, payment }) {
    if (!this.state.open) {
      const sequence = this.state.sequence + 1;
      const payload = requestPayload({
        operation: OPERATION[verb], epoch: this.config.epoch, sequence, amount,
        currency: amount === undefined ? undefined : this.config.currency, previous: hex(this.state.previous),
        reference, receipt: this.receipt(), edge: this.config.edge, payment,
      });
      const { message, digest } = signMessage("MqttPay/req/1", this.key, payload);
      const open = {
        epoch: this.config.epoch, sequence, message: message.toString("hex"), digest: digest.toString("hex"),
      };
      Object.assign(this.state, { sequence, previous: open.digest.slice(0, 32), open });
      store(this.file, this.state);
    }
    return this.ask(link, verb, this.state.open, hex(this.state.open.message));
  }

  async hold(link, amount) {
    const reply = await this.request(link, "auth", { amount });
    if (reply.code !== 0) return;
    this.state.held = { sequence: reply.sequence, amount: reply.amount, tick: 0, used: 0 };
    store(this.file, this.state);
  }

  async grow(link, amount) {
    const reply = await this.request(link, "increment", { amount, reference: this.state.held.sequence });
    if (reply.code !== 0) return;
    this.state.held.amount += reply.amount;
    store(this.file, this.state);
  }

  /** A claim that its own rules forbid is not even signed. The PUBACK is all that comes. */
  async vouch(link, used) {
    const { held } = this.state;
    if (used < held.used || used > held.amount) return print({ event: "voucher_refused", used });
    const payload = requestPayload({
      operation: OPERATION.voucher, epoch: this.config.epoch, amount: used, currency: this.config.currency,
      reference: held.sequence, receipt: this.receipt(), edge: this.config.edge, tick: held.tick + 1,
    });
    const { message } = signMessage("MqttPay/req/1", this.key, payload);
    Object.assign(held, { tick: held.tick + 1, used, voucher: message.toString("hex") });
    store(this.file, this.state);
    await link.client.publishAsync(`p/${this.kid}/q`, message, { qos: 1 });
    print({ event: "voucher", tick: held.tick, used });
  }

  /** Waits for a notice, or asks for one by payment id; either way it is checked before anything is kept of it. */
  async notice(link, payment) {
    if (payment) link.client.publish(`p/${this.kid}/q`, this.status({ payment: hex(payment) }), { qos: 1 }, () => {});
    const noted = await this.until(link, () => this.noticed(link));
    this.state.noted = { payment: noted.payment.toString("hex"), amount: noted.amount };
    store(this.file, this.state);
    print({ event: "notice", ...this.state.noted, verified: true, asked: payment !== undefined });
  }

  noticed(link) {
    while (link.replies.length > 0) {
      try {
        const reply = parseReply(link.replies.shift());
        if (reply.kind === "notice") return checkNotice(reply, this.config);
        if (reply.kind === "hint" && reply.sequence === 0) throw new Over(`hint ${reply.code}`);
      } catch (fault) {
        if (fault instanceof Over) throw fault;
        print({ event: "notice_ignored", why: fault.message });
      }
    }
    return null;
  }

  status(named) {
    const payload = requestPayload({
      operation: OPERATION.status, epoch: this.config.epoch, ...named, receipt: this.receipt(),
      edge: this.config.edge,
    });
    return signMessage("MqttPay/req/1", this.key, payload).message;
  }

  receipt() {
    const held = this.state.receipt;
    return held ? [held.edge, held.fence, held.round, hex(held.witness)] : undefined;
  }

  /** Publishes the same bytes until a final reply for the name passes every check. */
  async ask(link, event, named, message) {
    let sent = 0;
    const send = () => {
      sent++;
      link.client.publish(`p/${this.kid}/q`, message, { qos: 1 }, () => {});   // A PUBACK is not an answer.
    };
    send();
    const again = setInterval(send, RESEND_AFTER_MS);
    try {
      const { reply, bytes, receipt } = await this.until(link, () => this.answer(link, named));
      this.finish(named, receipt);
      print({
        event, code: reply.code, amount: reply.amount, verified: true, sent, reply: bytes.toString("hex"),
        payment_id: paymentId(this.key.kid, named.epoch, named.sequence).toString("hex"), round: receipt.round,
        leaves_above: reply.path.length / 32,
      });
      return { ...reply, sequence: named.sequence };
    } finally {
      clearInterval(again);
    }
  }

  answer(link, named) {
    while (link.replies.length > 0) {
      const bytes = link.replies.shift();
      try {
        const reply = parseReply(bytes);
        if (reply.kind === "final") {
          return { reply, bytes, receipt: checkFinal(reply, this.config, named, hex(named.digest)) };
        }
        if (reply.kind === "notice") continue;   // Not now; STATUS brings it again.
        if (reply.epoch !== named.epoch || reply.sequence !== named.sequence) continue;
        print({ event: "hint", code: reply.code });
        if (!SAME_BYTES_LATER.includes(reply.code)) throw new Over(`hint ${reply.code}`);
      } catch (fault) {
        if (fault instanceof Over) throw fault;
        print({ event: "reply_ignored", why: fault.message });
      }
    }
    return null;
  }

  finish(named, receipt) {
    const { edge, fence, round, witness } = receipt;
    Object.assign(this.state, {
      open: null, last: named, receipt: { edge, fence, round, witness: witness.toString("hex") },
    });
    store(this.file, this.state);
  }

  /** Waits for messages until something comes of them. */
  until(link, look) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("no answer in time")), ANSWER_WITHIN_MS);
      link.wake = () => {
        try {
          const found = look();
          if (!found) return;
          clearTimeout(late);
          link.wake = () => {};
          resolve(found);
        } catch (fault) {
          clearTimeout(late);
          reject(fault);
        }
      };
      link.wake();
    });
  }
}

const [, , verb, file, ...rest] = process.argv;
if (verb === "key") {
  const jwk = makeKey(rest[0]);
  store(file, { key: jwk, sequence: 0, previous: ZERO16, open: null });
  const { kid, coseKey } = privateKey(jwk);
  print({ event: "key", kid: kid.toString("hex"), public_key: coseKey.toString("hex") });
} else if (verb === "run") {
  const [url, version, password, cloudKey, ...steps] = rest;
  const device = new Device(file, { url, version: Number(version), password }, cloudKey);
  for (const step of steps) await device.step(step);
} else {
  process.stderr.write("usage: node device.mjs key FILE es256|eddsa, or run FILE URL 4|5 PASSWORD CLOUD-KEY STEP…\n");
  process.exitCode = 2;
}
