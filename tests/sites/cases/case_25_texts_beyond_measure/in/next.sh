# Publishes what a program of Python prints, as a policy's next text; bounded in time and memory.
day=$1 program=$2
{ printf -- '---\ntitle: Terms\nsummary: [New.]\n---\n'; python3 -c "$program"; } > content/policies/terms/draft.md
ulimit -v 2000000
timeout 60 vellum publish terms --effective "$day" --on "$day" --as-of "$day" > said.txt 2> wrong.txt
echo "status $?: $(grep '^published' said.txt), longest line of findings $(wc -L < wrong.txt)"
