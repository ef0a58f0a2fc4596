using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MqttPay.EdgeAgent.Rounds;
using MqttPay.Payments;
using MqttPay.UnitTests.Core.Rounds;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent.Rounds;

/// <summary>Declines by limits: all counted, the newest kept, some written.</summary>
public sealed class RefusalLogTests : IDisposable
{
    private readonly EdgeCounters counters = new();
    private readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeSeconds(1_790_000_000));
    private readonly Lines lines = new();
    private readonly RefusalLog log;

    public RefusalLogTests() => log = new(counters, time, lines);

    public void Dispose() => counters.Dispose();

    [Fact]
    public void A_line_names_every_limit_that_there_is()
    {
        Decline(1);

        var (id, values) = Assert.Single(lines.Written);
        Assert.Equal(5041, id);
        var expected = typeof(Headroom).GetProperties().Select(property => property.Name)
            .Where(name => name != "EqualityContract");
        Assert.Subset(values.Keys.ToHashSet(), expected.ToHashSet());
        Assert.Equal((-3L, 10_000), (values["FloorMinor"], values["FactorBasisPoints"]));
    }

    [Fact]
    public void The_newest_hundred_are_kept_and_all_are_counted()
    {
        for (var sequence = 1; sequence <= 130; sequence++) Decline(sequence);

        Assert.Equal(RefusalLog.Kept, log.Newest.Count);
        Assert.Equal(PaymentId.Of(RequestOf(130).Name), log.Newest[0].Payment);
        Assert.Equal(PaymentId.Of(RequestOf(31).Name), log.Newest[^1].Payment);
        Assert.Equal(130, counters.LimitsByCode[DecisionCode.OverFloor]);
    }

    [Fact]
    public void A_flood_is_written_up_to_a_number_a_minute_and_the_rest_is_told_as_a_number()
    {
        for (var sequence = 1; sequence <= 100; sequence++) Decline(sequence);
        Assert.Equal(RefusalLog.LinesPerMinute, lines.Written.Count);

        time.Advance(TimeSpan.FromMinutes(1));
        Decline(101);

        Assert.Equal([5042, 5041], lines.Written.Skip(RefusalLog.LinesPerMinute).Select(line => line.Id));
        Assert.Equal(70L, lines.Written[RefusalLog.LinesPerMinute].Values["Count"]);
    }

    private static PaymentRequest RequestOf(long sequence) => new()
    {
        Operation = Operation.Sale, Kid = EdgeBench.Alice.Id, Epoch = 1, Sequence = sequence, Edge = EdgeBench.Edge,
        AmountMinor = 25_00, Currency = 978,
    };

    private void Decline(long sequence)
    {
        var request = RequestOf(sequence);
        log.Add(
            EdgeBench.Incoming(request),
            new(1, sequence, DecisionCode.OverFloor, 0, Evidence.OverFloor, 0, 0, 17),
            new(-3, 5, 20, 40_00, 100_00, 150_00, 500_00, 5_000_00, 48_50) { FactorBasisPoints = 10_000 });
    }

    private sealed class Lines : ILogger<RefusalLog>
    {
        public List<(int Id, IReadOnlyDictionary<string, object?> Values)> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            Written.Add((eventId.Id, ((IReadOnlyList<KeyValuePair<string, object?>>)state!)
                .DistinctBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => pair.Value)));
    }
}
