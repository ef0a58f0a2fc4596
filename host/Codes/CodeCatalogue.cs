using System.Collections.Frozen;
using System.Globalization;

namespace MqttPay.Host.Codes;

/// <summary>
/// Every code of this release, from a refused configuration to a break in finance. The page, the <c>explain</c> verb,
/// the
/// HTTP errors and the metric labels are all made from it.
/// </summary>
public static class CodeCatalogue
{
    private static readonly FrozenDictionary<int, CodeEntry> ByNumber;

    static CodeCatalogue()
    {
        All =
        [
            .. StartCodes.Entries,
            .. DecisionCodes.Entries,
            .. WireCodes.Entries,
            .. MqttCodes.Entries,
            .. GatewayCodes.Entries,
            .. IngestCodes.Entries,
            .. CategoryCodes.Entries,
            .. HttpCodes.Entries,
            .. InvariantCodes.Entries,
        ];
        ByNumber = All.ToFrozenDictionary(entry => entry.Number);
    }

    /// <summary>All entries, by rising number.</summary>
    public static IReadOnlyList<CodeEntry> All { get; }

    public static CodeEntry? Find(int number) => ByNumber.GetValueOrDefault(number);

    /// <summary>Finds <c>MP2010</c>, <c>mp2010</c> or <c>2010</c>; null when there is no such code.</summary>
    public static CodeEntry? Find(string code)
    {
        var digits = code.StartsWith("MP", StringComparison.OrdinalIgnoreCase) ? code.AsSpan(2) : code;
        if (digits.Length != 4) return null;
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        return Find(number);
    }
}
