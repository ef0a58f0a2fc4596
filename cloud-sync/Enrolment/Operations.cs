using System.Text.Json;
using MqttPay.Payments;

namespace MqttPay.CloudSync.Enrolment;

/// <summary>Operation masks: bit (1 &lt;&lt; operation), written as lower-case names in the API.</summary>
internal static class Operations
{
    private static readonly Operation[] All = Enum.GetValues<Operation>();

    private static readonly int[] OfPayers =
        [(int)Operation.Sale, (int)Operation.Auth, (int)Operation.Increment, (int)Operation.Voucher];

    /// <summary>What a payer's key may ask when nothing else is said.</summary>
    public const int Standard = 1 << (int)Operation.Sale | 1 << (int)Operation.Auth | 1 << (int)Operation.Increment
        | 1 << (int)Operation.Void | 1 << (int)Operation.Reverse | 1 << (int)Operation.Voucher
        | 1 << (int)Operation.Status;

    /// <summary>What a payee's key may ask when nothing else is said.</summary>
    public const int OfPayee = 1 << (int)Operation.Capture | 1 << (int)Operation.Void | 1 << (int)Operation.Confirm
        | 1 << (int)Operation.Refund | 1 << (int)Operation.Status;

    /// <summary>Returns null when a name is no operation.</summary>
    public static int? Parse(IReadOnlyList<string>? names, int standard = Standard)
    {
        if (names is null) return standard;
        var mask = 0;
        foreach (var name in names)
        {
            if (!All.Any(o => Name(o) == name)) return null;
            mask |= 1 << (int)All.First(o => Name(o) == name);
        }

        return mask;
    }

    public static IReadOnlyList<string> Names(int mask) =>
        [.. All.Where(o => (mask & 1 << (int)o) != 0).Select(Name)];

    public static bool NeedsPayer(int mask) => OfPayers.Any(o => (mask & 1 << o) != 0);

    /// <summary>A payer's key that may refund pays itself.</summary>
    public static bool MayRefund(int mask) => (mask & 1 << (int)Operation.Refund) != 0;

    private static string Name(Operation operation) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(operation.ToString());
}
