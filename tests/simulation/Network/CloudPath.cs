using MqttPay.Simulation.Clouds;
using MqttPay.Simulation.Kernel;
using MqttPay.Wire;

namespace MqttPay.Simulation.Network;

/// <summary>Calls of one edge to the cloud: either half may be lost, late, or come again.</summary>
internal sealed class CloudPath(World world, Draws draws, int node, uint edge)
{
    private const long Timeout = 30 * Time.Second;
    private long downUntil;

    public bool IsDown => world.FaultsOn && world.Agenda.Now < downUntil;

    public void GoDown(long until) => downUntil = until;

    public void Heal() => downUntil = 0;

    public void Sync(SyncRequest request, Action<SyncAnswer?> answer) =>
        Call<SyncAnswer>(reply => world.Desk.Sync(edge, request, reply), answer);

    public void Post(byte[] batch, Action<BatchReply?> answer) =>
        Call<BatchReply>(reply => world.Desk.Post(edge, batch, reply), answer);

    private void Call<T>(Action<Action<T>> serve, Action<T?> answer)
        where T : class
    {
        var profile = world.Profile;
        var done = false;
        void Finish(T? result)
        {
            if (done) return;
            done = true;
            answer(result);
        }

        if (IsDown)
        {
            world.Agenda.In(draws.Between(10_000, 2_000_000), node, Happening.CloudTimeout, () => Finish(null));
            return;
        }

        world.Agenda.In(Timeout, node, Happening.CloudTimeout, () => Finish(null));
        if (world.Fault(draws, profile.CloudCallRepeated, FaultKind.CloudCallRepeated))
        {
            var later = draws.Percent(80) ? draws.Between(0, 200_000) : draws.Between(Time.Second, Time.Hour);
            world.Agenda.In(later, World.CloudNode, Happening.ToCloud, () => serve(static _ => { }));
        }

        if (world.Fault(draws, profile.CloudRequestLost, FaultKind.CloudRequestLost)) return;
        world.Agenda.In(draws.Between(10_000, 80_000), World.CloudNode, Happening.ToCloud, () => serve(result =>
        {
            if (IsDown || world.Fault(draws, profile.CloudAnswerLost, FaultKind.CloudAnswerLost)) return;
            var late = world.Fault(draws, profile.CloudAnswerLate, FaultKind.CloudAnswerLate);
            var delay = late ? draws.Between(Time.Second, 60 * Time.Second) : draws.Between(10_000, 80_000);
            world.Agenda.In(delay, node, Happening.FromCloud, () => Finish(result));
        }));
    }
}
