using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>Messages in a right envelope with a right signature: only the payload is to blame.</summary>
internal static class HostilePayloads
{
    private static readonly byte[] Good = Cbor.Map(Hostile.Fields);

    public static IEnumerable<Hostile> All() =>
        [.. Maps(), .. Labels(), .. Amounts(), .. Numbers(), .. Strings(), .. Operations(), .. References()];

    private static IEnumerable<Hostile> Maps()
    {
        yield return Payload("payload wrapped as array", [0x81, 0x01], WireError.WrongType);
        yield return Payload("payload an integer", [0x01], WireError.WrongType);
        yield return Payload("payload empty map", [0xa0], WireError.MissingLabel);
        yield return Payload("payload indefinite map", [0xbf, .. Good[1..], 0xff], WireError.IndefiniteLength);
        yield return Payload("payload map B8 09", [0xb8, 0x09, .. Good[1..]], WireError.NotShortestForm);
        yield return Payload("payload trailing byte", [.. Good, 0x00], WireError.TrailingBytes);
        yield return Payload("payload map of one entry more", [0xaa, .. Good[1..]], WireError.Truncated);
        yield return Payload("payload map of one entry less", [0xa8, .. Good[1..]], WireError.TrailingBytes);
        yield return Payload(
            "payload map of 2^64-1 entries", [.. Cbor.Head(5, ulong.MaxValue), .. Good[1..]], WireError.Truncated);
        yield return Payload("payload tagged", [0xc1, .. Good], WireError.WrongType);
    }

    private static IEnumerable<Hostile> Labels()
    {
        var fields = Hostile.Fields;
        yield return Payload(
            "payload dup key 3", Cbor.Map([.. fields.Take(3), .. fields.Skip(2)]), WireError.LabelOrder);
        yield return Payload("payload key order (3 before 2)",
            Cbor.Map([fields[0], fields[2], fields[1], .. fields.Skip(3)]), WireError.LabelOrder);
        yield return Payload("payload op last", Cbor.Map([.. fields.Skip(1), fields[0]]), WireError.MissingLabel);
        yield return Payload("payload label 0", Cbor.Map([new(0, Cbor.Int(1)), .. fields]), WireError.UnknownLabel);
        yield return Payload("payload unknown label 17", Hostile.With(17, Cbor.Int(1)), WireError.UnknownLabel);
        yield return Payload("payload unknown label 99", Hostile.With(99, Cbor.Int(1)), WireError.UnknownLabel);
        yield return Payload(
            "payload unknown label 2^64-1", Hostile.With(ulong.MaxValue, Cbor.Int(1)), WireError.UnknownLabel);
        yield return Payload("payload negative label", [0xaa, .. Good[1..], 0x20, 0x00], WireError.UnknownLabel);
        yield return Payload("payload text label", [0xaa, .. Good[1..], 0x61, 0x61, 0x00], WireError.WrongType);
        yield return Payload(
            "payload label non-shortest", [0xa9, 0x18, 0x01, .. Good[2..]], WireError.NotShortestForm);
        foreach (var label in (ulong[])[1, 2, 3, 5, 6, 8, 13])
            yield return Payload($"payload missing label {label}", Hostile.Without(label), WireError.MissingLabel);
    }

    private static IEnumerable<Hostile> Amounts()
    {
        yield return Value("negative amount", 5, Cbor.Negative(1149), WireError.WrongType);
        yield return Value("amount half float", 5, [0xf9, 0x64, 0x7e], WireError.WrongType);
        yield return Value("amount float", 5, [0xfa, 0x44, 0x8f, 0xc0, 0x00], WireError.WrongType);
        yield return Value("amount double", 5, [0xfb, 0x40, 0x91, 0xf8, 0, 0, 0, 0, 0], WireError.WrongType);
        yield return Value("amount bignum tag 2", 5, [0xc2, 0x42, 0x04, 0x7e], WireError.WrongType);
        yield return Value("amount text", 5, Cbor.Text("1150"), WireError.WrongType);
        yield return Value("amount null", 5, [0xf6], WireError.WrongType);
        yield return Value("amount undefined", 5, [0xf7], WireError.WrongType);
        yield return Value("amount true", 5, [0xf5], WireError.WrongType);
        yield return Value("amount 0", 5, Cbor.Int(0), WireError.OutOfRange);
        yield return Value("amount 10^12", 5, Cbor.Int(1_000_000_000_000), WireError.OutOfRange);
        yield return Value("amount 2^63", 5, Cbor.Int(1UL << 63), WireError.OutOfRange);
        yield return Value("amount 2^64-1", 5, Cbor.Int(ulong.MaxValue), WireError.OutOfRange);
        yield return Value("amount non-shortest u32", 5, Cbor.Wide(0, 1150, 4), WireError.NotShortestForm);
        yield return Value("amount break", 5, [0xff], WireError.IndefiniteLength);
        yield return Value("amount reserved 1C", 5, [0x1c], WireError.ReservedInfo);
        yield return Value("amount indefinite integer 1F", 5, [0x1f], WireError.IndefiniteLength);
    }

    private static IEnumerable<Hostile> Numbers()
    {
        yield return Value("seq 0", 3, Cbor.Int(0), WireError.OutOfRange);
        yield return Value("seq 2^63", 3, Cbor.Int(1UL << 63), WireError.OutOfRange);
        yield return Value("seq 2^64-1", 3, Cbor.Int(ulong.MaxValue), WireError.OutOfRange);
        yield return Value("seq non-shortest u64", 3, Cbor.Wide(0, 1042, 8), WireError.NotShortestForm);
        yield return Value("currency 0", 6, Cbor.Int(0), WireError.OutOfRange);
        yield return Value("currency 1000", 6, Cbor.Int(1000), WireError.OutOfRange);
        yield return Value("time 2^32", 7, Cbor.Int(1UL << 32), WireError.OutOfRange);
        yield return Value("flags 0", 12, Cbor.Int(0), WireError.OutOfRange);
        yield return Value("flags 8", 12, Cbor.Int(8), WireError.OutOfRange);
        yield return Value("ctx 2^32", 11, Cbor.Int(1UL << 32), WireError.OutOfRange);
        foreach (var (label, name) in ((ulong, string)[])[(2, "epoch"), (13, "edge"), (14, "payee")])
        {
            yield return Value($"{name} 0", label, Cbor.Int(0), WireError.OutOfRange);
            yield return Value($"{name} 2^32", label, Cbor.Int(1UL << 32), WireError.OutOfRange);
            yield return Value($"{name} bytes", label, Cbor.Bytes(1), WireError.WrongType);
        }
    }

    private static IEnumerable<Hostile> Strings()
    {
        var receipt = (byte[][])[Cbor.Int(40213), Cbor.Int(3), Cbor.Int(51233), Cbor.Bytes(new byte[8])];
        yield return Value("prev16 15 bytes", 8, Cbor.Bytes(new byte[15]), WireError.WrongSize);
        yield return Value("prev16 17 bytes", 8, Cbor.Bytes(new byte[17]), WireError.WrongSize);
        yield return Value("prev16 empty", 8, Cbor.Bytes(), WireError.WrongSize);
        yield return Value("prev16 text", 8, Cbor.Text("0123456789abcdef"), WireError.WrongType);
        yield return Value("prev16 indefinite", 8, [0x5f, 0x50, .. new byte[16], 0xff], WireError.IndefiniteLength);
        yield return Value("prev16 length 2^64-1", 8, Cbor.Head(2, ulong.MaxValue), WireError.WrongSize);
        yield return Value("account 7 bytes", 4, Cbor.Bytes(new byte[7]), WireError.WrongSize);
        yield return Value("account integer", 4, Cbor.Int(7), WireError.WrongType);
        yield return Value("receipt a map", 10, [0xa0], WireError.WrongType);
        yield return Value("receipt of 3", 10, Cbor.Array(receipt[..3]), WireError.WrongSize);
        yield return Value("receipt of 5", 10, Cbor.Array([.. receipt, Cbor.Int(0)]), WireError.WrongSize);
        yield return Value("receipt 98 04", 10, [0x98, 0x04, .. Cbor.Join(receipt)], WireError.NotShortestForm);
        yield return Value("receipt indefinite", 10, [0x9f, .. Cbor.Join(receipt), 0xff], WireError.IndefiniteLength);
        yield return Value("receipt edge 0", 10, Cbor.Array([Cbor.Int(0), .. receipt[1..]]), WireError.OutOfRange);
        yield return Value("receipt round 0",
            10, Cbor.Array(receipt[0], receipt[1], Cbor.Int(0), receipt[3]), WireError.OutOfRange);
        yield return Value("receipt round 2^63",
            10, Cbor.Array(receipt[0], receipt[1], Cbor.Int(1UL << 63), receipt[3]), WireError.OutOfRange);
        yield return Value("receipt witness 7 bytes",
            10, Cbor.Array([.. receipt[..3], Cbor.Bytes(new byte[7])]), WireError.WrongSize);
    }

    private static IEnumerable<Hostile> Operations()
    {
        yield return Value("op 0", 1, Cbor.Int(0), WireError.UnknownOp);
        yield return Value("op 11", 1, Cbor.Int(11), WireError.UnknownOp);
        yield return Value("op 2^64-1", 1, Cbor.Int(ulong.MaxValue), WireError.UnknownOp);
        yield return Value("op negative", 1, Cbor.Negative(0), WireError.WrongType);
        yield return Value("op text", 1, Cbor.Text("sale"), WireError.WrongType);
        yield return Value("sale with ref_seq", 9, Cbor.Int(1), WireError.LabelNotAllowed);
        yield return Value("sale with ref_id", 15, Cbor.Bytes(new byte[16]), WireError.LabelNotAllowed);
        yield return Value("sale with tick", 16, Cbor.Int(1), WireError.LabelNotAllowed);
        yield return Of("void with amount", Operation.Void, 5, Cbor.Int(1), WireError.LabelNotAllowed);
        yield return Of(
            "capture with account", Operation.Capture, 4, Cbor.Bytes(new byte[8]), WireError.LabelNotAllowed);
        yield return Of("voucher with seq", Operation.Voucher, 3, Cbor.Int(1), WireError.LabelNotAllowed);
        yield return Of("voucher tick 0", Operation.Voucher, 16, Cbor.Int(0), WireError.OutOfRange);
        yield return Of("status with prev16", Operation.Status, 8, Cbor.Bytes(new byte[16]), WireError.LabelNotAllowed);
        yield return Of("capture of 0", Operation.Capture, 5, Cbor.Int(0), WireError.OutOfRange);
        yield return Of("confirm of 10^12", Operation.Confirm, 5, Cbor.Int(1_000_000_000_000), WireError.OutOfRange);
    }

    private static IEnumerable<Hostile> References()
    {
        foreach (var operation in (Operation[])[Operation.Capture, Operation.Void, Operation.Confirm, Operation.Status])
        {
            var byId = operation is Operation.Confirm ? 15UL : 9UL;
            var other = operation is Operation.Confirm ? Cbor.Int(1) : Cbor.Bytes(new byte[16]);
            yield return Of(
                $"{operation} with both references".ToLowerInvariant(), operation, byId is 15 ? 9UL : 15UL, other,
                WireError.LabelNotAllowed);
            yield return new($"{operation} without a reference".ToLowerInvariant(),
                Hostile.Signed(Cbor.Map(Matrix.FieldsOf(operation).Where(field => field.Label != byId))),
                WireError.MissingLabel);
        }
        yield return Of("refund with ref_seq", Operation.Refund, 9, Cbor.Int(1), WireError.LabelNotAllowed);
        yield return Of(
            "reverse with ref_id", Operation.Reverse, 15, Cbor.Bytes(new byte[16]), WireError.LabelNotAllowed);
        yield return Of("ref_seq 0", Operation.Reverse, 9, Cbor.Int(0), WireError.OutOfRange);
        yield return Of("ref_id 15 bytes", Operation.Refund, 15, Cbor.Bytes(new byte[15]), WireError.WrongSize);
    }

    private static Hostile Payload(string name, byte[] payload, WireError error) =>
        new(name, Hostile.Signed(payload), error);

    private static Hostile Value(string name, ulong label, byte[] value, WireError error) =>
        Payload($"payload {name}", Hostile.With(label, value), error);

    private static Hostile Of(string name, Operation operation, ulong label, byte[] value, WireError error) => Payload(
        name,
        Cbor.Map(Matrix.FieldsOf(operation).Where(field => field.Label != label).Append(new(label, value))
            .OrderBy(field => field.Label)),
        error);
}
