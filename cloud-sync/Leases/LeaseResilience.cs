using Npgsql;
using Polly;
using Polly.Retry;

namespace MqttPay.CloudSync.Leases;

/// <summary>
/// Repeats an ask as a whole when it met another one in the database. Safe: the transaction that failed did nothing,
/// and an ask that succeeded is found by its name.
/// </summary>
internal sealed class LeaseResilience(TimeProvider clock)
{
    private readonly ResiliencePipeline pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<PostgresException>(IsCollision),
            MaxRetryAttempts = 12,
            Delay = TimeSpan.FromMilliseconds(5),
            MaxDelay = TimeSpan.FromMilliseconds(200),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        })
        .Build();

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel) =>
        await pipeline.ExecuteAsync(async token => await ask(token), cancel);

    public static bool IsCollision(PostgresException fault) => fault.SqlState is
        PostgresErrorCodes.SerializationFailure
        or PostgresErrorCodes.DeadlockDetected
        or PostgresErrorCodes.UniqueViolation;
}
