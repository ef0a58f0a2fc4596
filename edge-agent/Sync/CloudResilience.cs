using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace MqttPay.EdgeAgent.Sync;

/// <summary>
/// For calls to the cloud. Sending twice is safe: rounds are numbered and signed, and asks for leases are numbered too,
/// so the cloud answers a repeat with what it said before.
/// </summary>
internal sealed class CloudResilience(TimeProvider clock)
{
    private readonly ResiliencePipeline<HttpResponseMessage> pipeline =
        new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = Unwell,   // Unset, only exceptions are repeated: a 502 would pass as an answer.
                MaxRetryAttempts = 2,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(200),
                UseJitter = true,
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = static arguments => new(IsUnwell(arguments.Outcome)),
                FailureRatio = 0.5,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = TimeSpan.FromSeconds(2),
            })
            .AddTimeout(TimeSpan.FromSeconds(30))   // A batch of 3 MB has to fit through a slow link.
            .Build();

    public async Task<HttpResponseMessage> SendAsync(
        Func<CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancel) =>
        await pipeline.ExecuteAsync(async token => await send(token), cancel);

    /// <summary>
    /// Whether a fault means that the cloud cannot be reached now, rather than that we are being stopped.
    /// </summary>
    public static bool IsLink(Exception fault, CancellationToken cancel) => !cancel.IsCancellationRequested
        && fault is HttpRequestException or IOException or TimeoutRejectedException or BrokenCircuitException
            or OperationCanceledException;

    private static ValueTask<bool> Unwell(RetryPredicateArguments<HttpResponseMessage> arguments) =>
        new(IsUnwell(arguments.Outcome));

    private static bool IsUnwell(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException or IOException or TimeoutRejectedException } => true,
        { Result.StatusCode: HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout } => true,
        _ => false,
    };
}
