using MqttPay.Rounds;

namespace MqttPay.EdgeAgent.Rounds;

/// <summary>
/// What waits for the loop. News of the disk goes first and is always taken; requests wait while two rounds are being
/// synced. How many requests may wait is counted at the intake, so nothing here can grow without bound.
/// </summary>
internal sealed class Inbox
{
    private readonly object gate = new();   // Guards the queues; the loop waits on it.
    private readonly Queue<Input> urgent = [];
    private readonly Queue<Input> waiting = [];
    private readonly Queue<Action> commands = [];

    public void Post(Input input)
    {
        Add(waiting, input);
    }

    public void PostUrgent(Input input)
    {
        Add(urgent, input);
    }

    /// <summary>Runs on the loop's thread between two steps.</summary>
    public void Post(Action command)
    {
        Add(commands, command);
    }

    /// <summary>Waits until there is something to do, and takes it in order.</summary>
    public void Take(List<Input> inputs, List<Action> actions, bool hasRoom, int max)
    {
        inputs.Clear();
        actions.Clear();
        lock (gate)
        {
            while (urgent.Count + commands.Count == 0 && (!hasRoom || waiting.Count == 0)) Monitor.Wait(gate);
            while (urgent.TryDequeue(out var input)) inputs.Add(input);
            while (commands.TryDequeue(out var command)) actions.Add(command);
            // The news just taken may make room; the loop asks again right away.
            while (hasRoom && inputs.Count < max && waiting.TryDequeue(out var input)) inputs.Add(input);
        }
    }

    private void Add<T>(Queue<T> queue, T item)
    {
        lock (gate)
        {
            queue.Enqueue(item);
            Monitor.Pulse(gate);
        }
    }
}
