using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace MqttPay.EdgeAgent.Sync;

/// <summary>
/// For questions that a payment waits for: one try within the budget, and a breaker that stops asking a cloud which
/// does not answer in time. A repeat would come too late to help.
/// </summary>
internal sealed class OnlineResilience
{
    public static readonly TimeSpan Break = TimeSpan.FromSeconds(15);

    private readonly CircuitBreakerStateProvider state = new();
    private readonly ResiliencePipeline pipeline;

    public OnlineResilience(TimeSpan budget, TimeProvider clock)
    {
        pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = static arguments => new(arguments.Outcome.Exception is TimeoutRejectedException
                    or HttpRequestException or IOException),
                FailureRatio = 0.5,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = Break,
                StateProvider = state,
                OnOpened = _ => Tell(),
                OnClosed = _ => Tell(),
            })
            .AddTimeout(budget)
            .Build();
    }

    /// <summary>Told when it opens, opens again after a failed probe, or closes.</summary>
    public required Action Changed { get; init; }

    public bool IsClosed => state.CircuitState is CircuitState.Closed;

    /// <summary>Whether nothing was sent, because the breaker is open.</summary>
    public static bool IsOpen(Exception fault) => fault is BrokenCircuitException;

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> send, CancellationToken cancel) =>
        await pipeline.ExecuteAsync(async token => await send(token), cancel);

    private ValueTask Tell()
    {
        Changed();
        return ValueTask.CompletedTask;
    }
}
