using Polly;
using Polly.Retry;

namespace MqttPay.CloudSync.Ingest;

/// <summary>
/// Repeats the posting of a batch as a whole, from the look at its chain on. Safe because the chain row decides: what
/// an earlier try has posted is known to the next. Nothing smaller is ever repeated.
/// </summary>
internal static class IngestResilience
{
    private const int TriesMax = 5;

    public static ResiliencePipeline<IngestResult> Pipeline(TimeProvider clock, Action<Exception> again) =>
        new ResiliencePipelineBuilder<IngestResult> { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions<IngestResult>
            {
                ShouldHandle = new PredicateBuilder<IngestResult>().Handle<Exception>(Repeatable),
                MaxRetryAttempts = TriesMax,
                Delay = TimeSpan.FromMilliseconds(60),
                BackoffType = DelayBackoffType.Constant,
                UseJitter = true,
                OnRetry = retry =>
                {
                    if (retry.Outcome.Exception is { } exception) again(exception);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();

    private static bool Repeatable(Exception exception) =>
        exception is not OperationCanceledException
        && IngestFaults.Of(exception) is IngestFault.Collision or IngestFault.Busy or IngestFault.OutcomeUnknown;
}
