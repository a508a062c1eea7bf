// Sends units of an asset with bitcoinjs-lib: everything about Moneta is the 30 lines of `envelope`.
// Reads an order as JSON (see README.md) from standard input, writes the signed transaction as hexadecimal digits.
import { readFileSync } from "node:fs";
import * as secp from "@bitcoinerlab/secp256k1";
import { Psbt, initEccLib, networks, payments, script } from "bitcoinjs-lib";

// ---- the envelope: docs/formats/envelope.md ----
const size = (n) => {
  if (n < 0xfd) return Buffer.from([n]);
  const wide = n <= 0xffff ? [0xfd, 2] : [0xfe, 4];
  const bytes = Buffer.alloc(1 + wide[1]);
  bytes[0] = wide[0];
  bytes.writeUIntLE(n, 1, wide[1]);
  return bytes;
};
const u64 = (n) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(n));
  return bytes;
};
/** Allocates units: `[{vout, asset, amount}]`, in the order of the outputs. */
function envelope(allocations) {
  const table = [...new Set(allocations.map((one) => one.asset))].sort(); // ascending as bytes
  return Buffer.concat([
    Buffer.from("MTA\x01", "latin1"),
    size(table.length),
    ...table.map((id) => Buffer.from(id, "hex")),
    size(allocations.length),
    ...allocations.map(({ vout, asset, amount }) =>
      Buffer.concat([size(vout), Buffer.from([0]), size(table.indexOf(asset)), u64(amount)]),
    ),
    size(0), // no operation
  ]);
}

// ---- the transaction: Bitcoin's ----
initEccLib(secp);
const order = JSON.parse(readFileSync(0, "utf8"));
const key = Buffer.from(order.key, "hex");
const publicKey = Buffer.from(secp.pointFromScalar(key, true));
const own = payments.p2wpkh({ pubkey: publicKey, network: networks.regtest }).output;

const psbt = new Psbt({ network: networks.regtest });
for (const coin of [order.asset_coin, order.grain_coin]) {
  const witnessUtxo = { script: own, value: BigInt(coin.value) };
  psbt.addInput({ hash: coin.txid, index: coin.vout, witnessUtxo });
}
const back = BigInt(order.asset_coin.amount) - BigInt(order.amount);
const grains = [1000n, 1000n];
const inputs = BigInt(order.asset_coin.value) + BigInt(order.grain_coin.value);
const change = inputs - grains[0] - grains[1] - BigInt(order.fee);
psbt.addOutput({ address: order.to, value: grains[0] });
psbt.addOutput({ script: own, value: grains[1] });
psbt.addOutput({ script: own, value: change });
const { asset } = order;
const data = envelope([
  { vout: 0, asset, amount: order.amount },
  { vout: 1, asset, amount: back },
]);
psbt.addOutput({ script: script.compile([script.OPS.OP_RETURN, data]), value: 0n });

psbt.signAllInputs({ publicKey, sign: (hash) => Buffer.from(secp.sign(hash, key)) });
psbt.finalizeAllInputs();
console.log(psbt.extractTransaction().toHex());
