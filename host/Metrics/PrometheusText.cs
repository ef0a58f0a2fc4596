using System.Diagnostics.Metrics;
using System.Text;

namespace MqttPay.Host.Metrics;

/// <summary>
/// The page <c>/metrics</c>: listens to one meter and writes what it measured as Prometheus text (format 0.0.4).
/// Counters
/// and histograms add up from the start of the process; observable instruments are asked while the page is written.
/// </summary>
public sealed class PrometheusText : IDisposable
{
    public const string MeterName = "MqttPay";
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const string Prefix = "mqttpay_";

    // One lock: measurements come from every loop, the page is written by Kestrel. It is held for a few additions.
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    private readonly MeterListener listener = new();

    public PrometheusText(string meterName = MeterName)
    {
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == meterName) listener.EnableMeasurementEvents(instrument, FamilyOf(instrument));
        };
        listener.SetMeasurementEventCallback<byte>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<short>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<int>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<long>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<float>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<decimal>((_, value, tags, family) => Record(family, (double)value, tags));
        listener.Start();
    }

    /// <summary>The page as it stands now.</summary>
    public string Write()
    {
        lock (gate)
            foreach (var family in families.Values) family.BeforeObservation();

        // Outside the lock: the callbacks belong to others and call back into Record.
        listener.RecordObservableInstruments();

        var page = new StringBuilder();
        lock (gate)
            foreach (var family in families.Values) family.Write(page);
        return page.ToString();
    }

    public void Dispose() => listener.Dispose();

    /// <summary>The instrument's name as Prometheus takes it, with the product's prefix.</summary>
    internal static string NameOf(string instrument)
    {
        var name = new StringBuilder(instrument.StartsWith(Prefix, StringComparison.Ordinal) ? "" : Prefix);
        foreach (var letter in instrument)
            name.Append(char.IsAsciiLetterOrDigit(letter) || letter is '_' or ':' ? letter : '_');
        return name.ToString();
    }

    /// <summary>Two instruments of one name (two parts of one process) share a family.</summary>
    private MetricFamily FamilyOf(Instrument instrument)
    {
        var name = NameOf(instrument.Name);
        lock (gate)
        {
            if (families.TryGetValue(name, out var family)) return family;
            return families[name] = MetricFamily.Of(name, instrument);
        }
    }

    private void Record(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels.Of(tags);
        lock (gate) ((MetricFamily)family!).Record(labels, value);
    }
}
