using MqttPay.Payments;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>
/// Which operation has which label, written a second time: r required, o optional, e exactly one of them.
/// </summary>
internal static class Matrix
{
    public const int Labels = 16;

    /// <summary>One letter per label, from label 1.</summary>
    private static readonly Dictionary<Operation, string> Uses = new()
    {
        [Operation.Sale] = "rrrorror-oooro--",
        [Operation.Auth] = "rrrorror-oooro--",
        [Operation.Increment] = "rrr-rrorro--r---",
        [Operation.Capture] = "rrr-rroreo--r-e-",
        [Operation.Void] = "rrr---oreo--r-e-",
        [Operation.Reverse] = "rrr---orro--r---",
        [Operation.Refund] = "rrr-rror-o--r-r-",
        [Operation.Voucher] = "rr--rro-ro--r--r",
        [Operation.Confirm] = "rrr-rroreo--r-e-",
        [Operation.Status] = "rr----o-eo--r-e-",
    };

    public static char Use(Operation operation, int label) => Uses[operation][label - 1];

    /// <summary>
    /// The least of an operation; where a reference is to be chosen, CONFIRM takes label 15, others 9.
    /// </summary>
    public static IEnumerable<Cbor.Field> FieldsOf(Operation operation)
    {
        var reference = operation is Operation.Confirm ? 15 : 9;
        return Enumerable.Range(1, Labels)
            .Where(label => Use(operation, label) is 'r' || (Use(operation, label) is 'e' && label == reference))
            .Select(label => new Cbor.Field((ulong)label, ValueOf(operation, label)));
    }

    /// <summary>A good value for a label.</summary>
    public static byte[] ValueOf(Operation operation, int label) => label switch
    {
        1 => Cbor.Int((ulong)operation),
        4 => Cbor.Bytes(1, 2, 3, 4, 5, 6, 7, 8),
        8 or 15 => Cbor.Bytes(new byte[16]),
        10 => Cbor.Array(Cbor.Int(1), Cbor.Int(1), Cbor.Int(1), Cbor.Bytes(new byte[8])),
        _ => Cbor.Int(1),
    };
}
