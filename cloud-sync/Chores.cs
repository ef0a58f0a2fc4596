using MqttPay.CloudSync.Enrolment;
using MqttPay.CloudSync.Ingest;
using MqttPay.CloudSync.Settlement;
using Npgsql;

namespace MqttPay.CloudSync;

/// <summary>Every minute finishes what a crash may have left between a batch and what follows it.</summary>
internal sealed class Chores(
    NpgsqlDataSource database, FollowUp followUp, FloatRecovery floats, DeviceKeys keys, TimeProvider clock,
    ILogger<Chores> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        do
        {
            try
            {
                await floats.RunAsync(stoppingToken);
                await DebtBook.RecoverAllAsync(database, stoppingToken);
                await followUp.DenyAsync(stoppingToken);
                await keys.RetireAsync(stoppingToken);
            }
            catch (NpgsqlException fault)
            {
                CloudLog.ChoresFailed(log, fault);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
