using System.Globalization;

namespace MqttPay.CloudSync.Http;

/// <summary>Cursor paging over a number that never changes.</summary>
internal static class Pages
{
    private const int SizeStandard = 100;
    private const int SizeMax = 1_000;

    public static int SizeOf(int? limit) => Math.Clamp(limit ?? SizeStandard, 1, SizeMax);

    /// <summary>A full page may have a next one, which is empty at worst.</summary>
    public static Page<T> Of<T>(IReadOnlyList<T> rows, int size, Func<T, long> cursor) =>
        new(rows, rows.Count < size ? null : cursor(rows[^1]).ToString(CultureInfo.InvariantCulture));
}
