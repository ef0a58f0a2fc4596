using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace MqttPay.Host.Metrics;

/// <summary>All series of one metric. Not for several threads at once: the page's lock guards it.</summary>
internal abstract class MetricFamily(string name, string type, string? help)
{
    /// <summary>Half a millisecond to a second, where an instrument advises nothing else.</summary>
    private static readonly double[] DurationBuckets =
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

    public static MetricFamily Of(string name, Instrument instrument)
    {
        if (BucketsOf(instrument) is { } buckets) return new HistogramFamily(name, instrument.Description, buckets);
        var kind = instrument.GetType().Name;
        return kind switch
        {
            _ when kind.StartsWith("ObservableCounter", StringComparison.Ordinal) =>
                new ValueFamily(name, "counter", instrument.Description, Keep.Observed),
            _ when kind.StartsWith("Counter", StringComparison.Ordinal) =>
                new ValueFamily(name, "counter", instrument.Description, Keep.Sum),
            _ when kind.StartsWith("UpDownCounter", StringComparison.Ordinal) =>
                new ValueFamily(name, "gauge", instrument.Description, Keep.Sum),
            _ when instrument.IsObservable => new ValueFamily(name, "gauge", instrument.Description, Keep.Observed),
            _ => new ValueFamily(name, "gauge", instrument.Description, Keep.Last),
        };
    }

    public abstract void Record(string labels, double value);

    /// <summary>
    /// Called before observable instruments are asked: a series that is no longer reported disappears.
    /// </summary>
    public virtual void BeforeObservation()
    {
    }

    public void Write(StringBuilder page)
    {
        if (help is not null)
            page.Append("# HELP ").Append(name).Append(' ')
                .Append(help.ReplaceLineEndings(" "))
                .Append('\n');
        page.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        WriteSeries(page);
    }

    protected abstract void WriteSeries(StringBuilder page);

    protected void WriteLine(StringBuilder page, string suffix, string labels, double value)
    {
        page.Append(name).Append(suffix);
        if (labels.Length > 0) page.Append('{').Append(labels).Append('}');
        page.Append(' ').Append(Number(value)).Append('\n');
    }

    protected static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static double[]? BucketsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> histogram => histogram.Advice?.HistogramBucketBoundaries?.ToArray() ?? DurationBuckets,
        Histogram<long> histogram => Widened(histogram.Advice?.HistogramBucketBoundaries),
        Histogram<int> histogram => Widened(histogram.Advice?.HistogramBucketBoundaries),
        _ => null,
    };

    /// <summary>
    /// Whole numbers are counts or sizes: powers of two up to 8 192 unless the instrument advises others.
    /// </summary>
    private static double[] Widened<T>(IReadOnlyList<T>? advised) where T : struct =>
        advised?.Select(bound => Convert.ToDouble(bound, CultureInfo.InvariantCulture)).ToArray()
        ?? [.. Enumerable.Range(0, 14).Select(power => (double)(1 << power))];

    private enum Keep
    {
        Sum,
        Last,
        Observed,
    }

    private sealed class ValueFamily(string name, string type, string? help, Keep keep) : MetricFamily(name, type, help)
    {
        private readonly SortedDictionary<string, double> series = new(StringComparer.Ordinal);

        public override void Record(string labels, double value) =>
            series[labels] = keep is Keep.Sum ? series.GetValueOrDefault(labels) + value : value;

        public override void BeforeObservation()
        {
            if (keep is Keep.Observed) series.Clear();
        }

        protected override void WriteSeries(StringBuilder page)
        {
            foreach (var (labels, value) in series) WriteLine(page, "", labels, value);
        }
    }

    private sealed class HistogramFamily(string name, string? help, double[] bounds)
        : MetricFamily(name, "histogram", help)
    {
        private readonly SortedDictionary<string, (long[] Counts, double Sum)> series = new(StringComparer.Ordinal);

        public override void Record(string labels, double value)
        {
            var (counts, sum) = series.TryGetValue(labels, out var known) ? known : (new long[bounds.Length + 1], 0);
            var bucket = 0;
            while (bucket < bounds.Length && value > bounds[bucket]) bucket++;
            counts[bucket]++;
            series[labels] = (counts, sum + value);
        }

        protected override void WriteSeries(StringBuilder page)
        {
            foreach (var (labels, (counts, sum)) in series)
            {
                var start = labels.Length > 0 ? labels + "," : "";
                var total = 0L;
                for (var bucket = 0; bucket < counts.Length; bucket++)
                {
                    total += counts[bucket];
                    var bound = bucket < bounds.Length ? bounds[bucket] : double.PositiveInfinity;
                    WriteLine(page, "_bucket", $"{start}le=\"{Number(bound)}\"", total);
                }
                WriteLine(page, "_sum", labels, sum);
                WriteLine(page, "_count", labels, total);
            }
        }
    }
}
