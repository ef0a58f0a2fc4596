using System.Globalization;

namespace MqttPay.EdgeAgent.Storage;

/// <summary>The names in a journal's folder.</summary>
internal static class JournalFiles
{
    public const string Spare = "spare.seg";

    private const string Extension = ".seg";
    private const string CutPrefix = "cut-";

    /// <summary>The folder of a fence under the agent's data folder.</summary>
    public static string Folder(string data, uint fence) =>
        Path.Combine(data, "journal", fence.ToString(CultureInfo.InvariantCulture));

    public static string Segment(long firstLsn) =>
        string.Create(CultureInfo.InvariantCulture, $"{firstLsn}{Extension}");

    public static string Cut(long lsn) => string.Create(CultureInfo.InvariantCulture, $"{CutPrefix}{lsn}.bin");

    public static bool IsSegment(string name) => name.EndsWith(Extension, StringComparison.Ordinal) && name != Spare;

    public static bool IsCut(string name) => name.StartsWith(CutPrefix, StringComparison.Ordinal);

    /// <summary>The LSN that a segment's name tells, only in the one way that this class writes it.</summary>
    public static bool TryParseSegment(string name, out long firstLsn) =>
        long.TryParse(name.AsSpan(0, name.Length - Extension.Length), NumberStyles.None, CultureInfo.InvariantCulture,
            out firstLsn) && firstLsn > 0 && Segment(firstLsn) == name;
}
