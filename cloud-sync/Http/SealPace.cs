using System.Collections.Concurrent;
using System.Globalization;

namespace MqttPay.CloudSync.Http;

/// <summary>
/// Governs the cloud's own transaction rate: every answer tells a gateway how many seconds may pass before it seals, so
/// that all gateways together post no more batches than the database takes.
/// </summary>
internal sealed class SealPace(TimeProvider clock)
{
    public const string Header = "Seal-After";

    /// <summary>Batches per second of all gateways together: 0.4 of a core at 2 ms each.</summary>
    private const int BatchesPerSecond = 200;

    private static readonly TimeSpan OnlineFor = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<uint, DateTimeOffset> seen = new();

    public void Tell(HttpResponse response, uint edge)
    {
        var now = clock.GetUtcNow();
        seen[edge] = now;
        var online = seen.Count;
        if (online > BatchesPerSecond)
        {
            // Only with many gateways does the exact number matter.
            foreach (var (gone, last) in seen)
                if (now - last > OnlineFor) seen.TryRemove(new(gone, last));
            online = seen.Count;
        }

        response.Headers[Header] = SecondsFor(online).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A gateway's own 2 s, raised to (gateways online / 200) s.</summary>
    internal static int SecondsFor(int online) => Math.Max(2, (online + BatchesPerSecond - 1) / BatchesPerSecond);
}
