using System.Diagnostics.Metrics;
using MqttPay.Host.Metrics;
using Xunit;

namespace MqttPay.UnitTests.Host;

public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter meter = new($"test-{Guid.NewGuid():n}");
    private readonly PrometheusText prometheus;

    public PrometheusTextTests() => prometheus = new(meter.Name);

    public void Dispose()
    {
        prometheus.Dispose();
        meter.Dispose();
    }

    [Fact]
    public void A_counter_adds_up_per_set_of_labels_in_any_order()
    {
        var decisions = meter.CreateCounter<long>("decisions_total", description: "Decisions by outcome.");
        decisions.Add(2, new("outcome", "approved"), new("mode", "offline"));
        decisions.Add(3, new("mode", "offline"), new KeyValuePair<string, object?>("outcome", "approved"));
        decisions.Add(1, new("outcome", "declined"), new("mode", "offline"));

        Assert.Equal(
            """
            # HELP mqttpay_decisions_total Decisions by outcome.
            # TYPE mqttpay_decisions_total counter
            mqttpay_decisions_total{mode="offline",outcome="approved"} 5
            mqttpay_decisions_total{mode="offline",outcome="declined"} 1

            """,
            prometheus.Write());
    }

    [Fact]
    public void A_histogram_has_cumulative_buckets_and_a_bound_belongs_to_its_bucket()
    {
        var sizes = meter.CreateHistogram(
            "round_records", advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 8] });
        foreach (var size in new[] { 1, 2, 8, 9 }) sizes.Record(size);

        Assert.Equal(
            """
            # TYPE mqttpay_round_records histogram
            mqttpay_round_records_bucket{le="1"} 1
            mqttpay_round_records_bucket{le="8"} 3
            mqttpay_round_records_bucket{le="+Inf"} 4
            mqttpay_round_records_sum 20
            mqttpay_round_records_count 4

            """,
            prometheus.Write());
    }

    [Fact]
    public void Durations_have_buckets_from_half_a_millisecond_to_a_second()
    {
        var duration = meter.CreateHistogram<double>("decision_duration_seconds");
        duration.Record(0.0005, new KeyValuePair<string, object?>("mode", "online"));

        var page = prometheus.Write();
        Assert.Contains("_bucket{mode=\"online\",le=\"0.0005\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("_bucket{mode=\"online\",le=\"1\"} 1\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gauge_shows_its_newest_value_and_an_up_down_counter_its_sum()
    {
        meter.CreateGauge<int>("link_up").Record(1);
        var connections = meter.CreateUpDownCounter<int>("mqtt_connections");
        connections.Add(3);
        connections.Add(-1);

        var page = prometheus.Write();
        Assert.Contains("# TYPE mqttpay_link_up gauge\nmqttpay_link_up 1\n", page, StringComparison.Ordinal);
        Assert.Contains("mqttpay_mqtt_connections 2\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void An_observed_value_is_asked_each_time_and_a_series_that_is_gone_disappears()
    {
        List<Measurement<long>> leases = [new(5, new KeyValuePair<string, object?>("state", "active"))];
        meter.CreateObservableGauge("leases", () => leases);

        Assert.Contains("mqttpay_leases{state=\"active\"} 5\n", prometheus.Write(), StringComparison.Ordinal);
        leases = [new(2, new KeyValuePair<string, object?>("state", "stopped"))];
        Assert.Equal(
            "# TYPE mqttpay_leases gauge\nmqttpay_leases{state=\"stopped\"} 2\n", prometheus.Write());
    }

    [Fact]
    public void An_observed_counter_is_not_added_up_again()
    {
        meter.CreateObservableCounter("sync_batches_total", () => 7L);

        prometheus.Write();
        Assert.Contains("# TYPE mqttpay_sync_batches_total counter\n", prometheus.Write(), StringComparison.Ordinal);
        Assert.Contains("mqttpay_sync_batches_total 7\n", prometheus.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_from_the_network_cannot_break_the_page()
    {
        meter.CreateCounter<int>("refused_total").Add(1, new KeyValuePair<string, object?>("reason", "a\"\\\nb"));

        Assert.Contains("{reason=\"a\\\"\\\\\\nb\"} 1\n", prometheus.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_meters_and_odd_names_stay_outside()
    {
        using var other = new Meter("someone-else");
        other.CreateCounter<int>("theirs").Add(1);

        Assert.Empty(prometheus.Write());
        Assert.Equal("mqttpay_messaging_client_sent", PrometheusText.NameOf("messaging.client.sent"));
        Assert.Equal("mqttpay_round", PrometheusText.NameOf("mqttpay_round"));
    }

    [Fact]
    public void Measurements_of_several_threads_are_all_counted()
    {
        var counter = meter.CreateCounter<long>("mqtt_publish_total");

        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 1_000; i++) counter.Add(1);
        });

        Assert.Contains("mqttpay_mqtt_publish_total 8000\n", prometheus.Write(), StringComparison.Ordinal);
    }
}
